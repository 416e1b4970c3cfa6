"""Trades that share something, one group below the other: by month, symbol, side, end and hour."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from backtests.plan import Plan
from backtests.results import taken
from backtests.trades import REASONS, Trades
from risk.statistics import Figures, figures
from risk.wording import HOW

Keys = np.ndarray  # one label per trade


@dataclass(frozen=True)
class Group:
    key: str
    label: str
    figures: Figures


@dataclass(frozen=True)
class Cutting:
    """One way to cut a backtest, by what each trade has."""

    label: str
    keys: Callable[[Trades, Plan], Keys]
    words: Callable[[str], str] = str


def _months(trades: Trades, plan: Plan) -> Keys:
    return trades.closed_at.astype("datetime64[M]").astype(str)


def _symbols(trades: Trades, plan: Plan) -> Keys:
    return np.array(plan.symbols, dtype=object)[trades.symbol]


def _sides(trades: Trades, plan: Plan) -> Keys:
    return np.where(trades.side > 0, "BUY", "SELL")


def _reasons(trades: Trades, plan: Plan) -> Keys:
    return np.array(REASONS, dtype=object)[trades.reason]


def _hours(trades: Trades, plan: Plan) -> Keys:
    hours = trades.decided_at.astype("datetime64[h]").astype(np.int64) % 24
    return np.array([f"{hour:02}" for hour in range(24)], dtype=object)[hours]


CUTS: dict[str, Cutting] = {
    "month": Cutting("Month it ended, UTC", _months),
    "symbol": Cutting("Symbol", _symbols),
    "side": Cutting("Side", _sides),
    "reason": Cutting("End", _reasons, lambda key: HOW[key].capitalize()),
    "hour": Cutting("Hour it was decided, UTC", _hours, lambda key: f"{key}:00 to {key}:59"),
}


def groups(trades: Trades, plan: Plan, cut: str) -> Iterator[Group]:
    """The figures of each group that has a result, in the order of their keys."""
    counted = trades.where(trades.is_taken)
    way = CUTS[cut]
    keys = way.keys(counted, plan)
    for key in sorted(set(keys.tolist())):
        yield Group(key, way.words(key), figures(taken(counted.where(keys == key))))
