"""The reference rule as one plain loop for numba: the limit for speed, the oracle for trades.

EMA 12 crosses EMA 26 and RSI 14 agrees; nothing is decided on the first 60 bars or while a trade
runs. Filled at the next open, BUY at the ask and SELL at the bid; stop and target 1 and 2 ATR 14
from the close that decided, live from the bar of the fill, judged on the other side. Stop before
target inside a bar; a level jumped over at the open fills there. The bar of an exit may decide.
"""

from functools import cache
from pathlib import Path

import numpy as np
from numba import njit
from serving import serve, timed

WARMUP = 60  # bars
NAMES = ("open", "high", "low", "close", "ask_open", "ask_high", "ask_low", "ask_close")


@cache
def columns(where):
    """The arrays of a folder, in the order of NAMES."""
    return tuple(np.load(Path(where) / f"{name}.npy") for name in NAMES)


@njit(cache=True, nogil=True)
def ema(values, period):
    result = np.full(len(values), np.nan)
    mean = values[:period].mean()
    result[period - 1] = mean
    weight = 2.0 / (period + 1)
    for row in range(period, len(values)):
        mean += weight * (values[row] - mean)
        result[row] = mean
    return result


@njit(cache=True, nogil=True)
def rsi(values, period):
    result = np.full(len(values), np.nan)
    gain = loss = 0.0
    for row in range(1, len(values)):
        step = values[row] - values[row - 1]
        up, down = max(step, 0.0), max(-step, 0.0)
        if row <= period:
            gain, loss = gain + up / period, loss + down / period
        else:
            gain += (up - gain) / period
            loss += (down - loss) / period
        if row >= period and gain + loss > 0.0:
            result[row] = 100.0 * gain / (gain + loss)
    return result


@njit(cache=True, nogil=True)
def atr(high, low, close, period):
    result = np.full(len(close), np.nan)
    mean = 0.0
    for row in range(1, len(close)):
        before = close[row - 1]
        span = max(high[row], before) - min(low[row], before)
        mean += span / period if row <= period else (span - mean) / period
        if row >= period:
            result[row] = mean
    return result


@njit(cache=True, nogil=True)
def walk(open, high, low, close, ask_open, ask_high, ask_low, ask_close, fast, slow, gate, spans):
    """(entry row, exit row, side, entry price, exit price) of each trade, columns of one array."""
    trades = np.empty((len(close) // 2 + 1, 5))
    count = side = waiting = entry = 0
    paid = stop = target = 0.0
    for row in range(1, len(close)):
        if waiting:
            side, waiting, entry = waiting, 0, row
            paid = ask_open[row] if side > 0 else open[row]
        if side:
            if side > 0:
                first, worst, best = open[row], low[row], high[row]
            else:
                first, worst, best = ask_open[row], ask_high[row], ask_low[row]
            out = np.nan
            if side * (first - stop) <= 0 or side * (first - target) >= 0:
                out = first
            elif side * (worst - stop) <= 0:
                out = stop
            elif side * (best - target) >= 0:
                out = target
            if out == out:
                trades[count, 0], trades[count, 1], trades[count, 2] = entry, row, side
                trades[count, 3], trades[count, 4] = paid, out
                count, side = count + 1, 0
        if side or row < WARMUP:
            continue
        if fast[row] > slow[row] and fast[row - 1] <= slow[row - 1] and gate[row] > 50.0:
            waiting, price = 1, ask_close[row]
        elif fast[row] < slow[row] and fast[row - 1] >= slow[row - 1] and gate[row] < 50.0:
            waiting, price = -1, close[row]
        else:
            continue
        stop, target = price - waiting * spans[row], price + waiting * 2.0 * spans[row]
    return trades[:count]


def run(prices, fast=12, slow=26):
    """The trades, and what they come to in price units."""
    _, high, low, close = prices[:4]
    lines = ema(close, fast), ema(close, slow), rsi(close, 14), atr(high, low, close, 14)
    trades = walk(*prices, *lines)
    return trades, statistics(trades)


def statistics(trades):
    gained = trades[:, 2] * (trades[:, 4] - trades[:, 3])
    curve = np.cumsum(gained)
    lost = -gained[gained < 0].sum()
    return {
        "trades": len(gained),
        "win_rate": float((gained > 0).mean()),
        "gained": float(gained.sum()),
        "profit_factor": float(gained[gained > 0].sum() / lost),
        "max_drawdown": float((curve - np.maximum.accumulate(curve)).min()),
        "deviation": float(gained.std()),
    }


def backtest(data):
    seconds, (_, found) = timed(run, columns(data))
    return {"seconds": seconds, "trades": found["trades"]}


def trades(data, out):
    """The whole list as a file: entry row, exit row, side, entry price, exit price, gain."""
    found = run(columns(data))[0]
    gained = found[:, 2] * (found[:, 4] - found[:, 3])
    np.save(out, np.column_stack([found, gained]))
    return {}


def sweep(data, fasts, slows):
    """Everything again for each combination."""
    prices = columns(data)
    pairs = [(fast, slow) for fast in fasts for slow in slows]
    seconds, found = timed(lambda: [run(prices, *pair)[1]["trades"] for pair in pairs])
    return {"seconds": seconds, "trades": sum(found)}


if __name__ == "__main__":
    serve(backtest=backtest, trades=trades, sweep=sweep)
