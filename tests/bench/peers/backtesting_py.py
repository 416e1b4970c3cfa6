"""The reference rule in backtesting.py, as its guide would write it, on TA-Lib's indicators."""

import multiprocessing
import sys
from functools import cache
from pathlib import Path

import backtesting
import numpy as np
import pandas as pd
import talib
from backtesting import Backtest, Strategy
from serving import serve, timed

WARMUP = 60  # bars
CASH = 10_000_000.0  # never short of it: one unit a trade
SIDES = {"open": "Open", "high": "High", "low": "Low", "close": "Close"}
backtesting.backtesting._tqdm = lambda rows, **_: rows  # its bar on the terminal is not its work


class Rule(Strategy):
    """EMA cross with RSI gate; stop 1 ATR, target 2 ATR from the close that decides."""

    fast = 12
    slow = 26
    only = 0  # 1: longs only, -1: shorts only

    def init(self):
        data = self.data
        self.fast_line = self.I(talib.EMA, data.Close, self.fast)
        self.slow_line = self.I(talib.EMA, data.Close, self.slow)
        self.gate = self.I(talib.RSI, data.Close, 14)
        self.span = self.I(talib.ATR, data.High, data.Low, data.Close, 14)

    def next(self):
        if self.position or len(self.data) <= WARMUP:
            return
        fast, slow, gate = self.fast_line, self.slow_line, self.gate[-1]
        spread = self._broker._spread
        if fast[-1] > slow[-1] and fast[-2] <= slow[-2] and gate > 50 and self.only >= 0:
            price = self.data.Close[-1] * (1 + spread)
            self.buy(size=1, sl=price - self.span[-1], tp=price + 2 * self.span[-1])
        elif fast[-1] < slow[-1] and fast[-2] >= slow[-2] and gate < 50 and self.only <= 0:
            price, span = self.data.Close[-1] * (1 - spread), self.span[-1] * (1 - spread)
            self.sell(size=1, sl=price + span, tp=price - 2 * span)  # all of it on the bid


@cache
def bars(where):
    """The frame it wants; times side by side, for it knows no calendar."""
    columns = {title: np.load(Path(where) / f"{name}.npy") for name, title in SIDES.items()}
    times = np.load(Path(where) / "time.npy").astype("datetime64[s]")
    return pd.DataFrame(columns, index=pd.DatetimeIndex(times))


def test(frame, **costs):
    return Backtest(frame, Rule, cash=CASH, finalize_trades=False, **costs)


def backtest(data):
    frame = bars(data)
    seconds, found = timed(lambda: test(frame).run())
    return {"seconds": seconds, "trades": int(found["# Trades"])}


def trades(data, out, only=0, spread=0.0, commission=0.0):
    """The whole list as a file: entry row, exit row, side, entry price, exit price, gain.

    `spread` as a share of the price, `commission` in price units for a round trip.
    """
    costs = {"spread": spread, "commission": lambda size, price: commission / 2 * abs(size)}
    found = test(bars(data), **costs).run(only=only)["_trades"]
    kept = found[["EntryBar", "ExitBar", "Size", "EntryPrice", "ExitPrice", "PnL"]]
    np.save(out, kept.to_numpy(dtype=np.float64))
    return {}


def sweep(data, fasts, slows):
    """All combinations by its own optimize(), over its own processes."""
    work = test(bars(data))
    seconds, found = timed(lambda: work.optimize(fast=fasts, slow=slows, maximize="# Trades"))
    return {"seconds": seconds, "trades": int(found["# Trades"])}


if __name__ == "__main__":
    backtesting.Pool = multiprocessing.get_context("fork").Pool
    if sys.argv[1:]:
        sys.exit(print(test(bars(sys.argv[1])).run()))
    serve(backtest=backtest, trades=trades, sweep=sweep)
