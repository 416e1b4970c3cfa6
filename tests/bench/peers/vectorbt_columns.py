"""The reference rule in vectorbt, whose stops begin one bar after a fill: filled at the close here.

It also decides nothing on the bar of a stop, so its list is shorter; see docs/performance.md.
"""

from functools import cache
from pathlib import Path

import numpy as np
import talib
import vectorbt as vbt
from serving import serve, timed

WARMUP = 60  # bars
NAMES = ("open", "high", "low", "close")


@cache
def columns(where):
    return tuple(np.load(Path(where) / f"{name}.npy") for name in NAMES)


def rules(close, fast, slow, gate):
    """(buy, sell) of each bar."""
    above, below = fast > slow, fast < slow
    buy, sell = np.zeros(len(close), dtype=bool), np.zeros(len(close), dtype=bool)
    buy[1:] = above[1:] & (fast[:-1] <= slow[:-1]) & (gate[1:] > 50)
    sell[1:] = below[1:] & (fast[:-1] >= slow[:-1]) & (gate[1:] < 50)
    buy[:WARMUP] = sell[:WARMUP] = False
    return buy, sell


def portfolio(prices, pairs):
    """A column for each (fast, slow) pair."""
    open, high, low, close = prices
    gate, span = talib.RSI(close, 14), talib.ATR(high, low, close, 14)
    lines = {period: talib.EMA(close, period) for pair in pairs for period in pair}
    found = [rules(close, lines[fast], lines[slow], gate) for fast, slow in pairs]
    buys, sells = (np.column_stack(side) for side in zip(*found, strict=True))
    stop = (span / close)[:, None]
    return vbt.Portfolio.from_signals(
        close[:, None],
        buys,
        short_entries=sells,
        open=open[:, None],
        high=high[:, None],
        low=low[:, None],
        sl_stop=stop,
        tp_stop=2 * stop,
        upon_opposite_entry="ignore",
        size=1.0,
        init_cash=1e7,
        freq="1min",
    )


def backtest(data):
    """Its records give the list; stats() is its own summary, about 0.1 s that is told apart."""
    seconds, found = timed(lambda: counted(columns(data), [(12, 26)]))
    more, _ = timed(lambda: found[0].stats(column=0))
    return {"seconds": seconds, "stats": more, "trades": found[1]}


def counted(prices, pairs):
    made = portfolio(prices, pairs)
    records = made.trades.records
    return made, int((records["status"] == 1).sum())


def sweep(data, fasts, slows):
    pairs = [(fast, slow) for fast in fasts for slow in slows]
    seconds, found = timed(lambda: counted(columns(data), pairs))
    return {"seconds": seconds, "trades": found[1]}


if __name__ == "__main__":
    serve(backtest=backtest, sweep=sweep)
