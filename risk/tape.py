"""Frames in, bars and decisions out: what the fold reads, one closed bar at a time."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

import pandas as pd

from risk.states import Bar, Decision

PRICES = ["open", "high", "low", "close", "ask_open", "ask_high", "ask_low", "ask_close"]
FLAGS = ["buy", "sell", "exit_long", "exit_short"]
NUMBERS = ["confidence", "atr", "trail"]


def tape(
    bars: pd.DataFrame,
    decisions: pd.DataFrame,
    *,
    bar_length: timedelta,
    start: int,
) -> Iterator[tuple[Bar, Decision]]:
    """Each bar from row `start` on, with the decision at its close.

    `decisions` has the index of `bars`.
    """
    times = cast(pd.DatetimeIndex, bars.index).to_pydatetime()[start:]
    prices = zip(*_lists(bars, PRICES, float, start), strict=True)
    flags = zip(*_lists(decisions, FLAGS, bool, start), strict=True)
    numbers = zip(*_lists(decisions, NUMBERS, float, start), strict=True)
    for time, price, flag, number in zip(times, prices, flags, numbers, strict=True):
        known = (None if value != value else value for value in number)
        yield Bar(time, time + bar_length, *price), Decision(*flag, *known)


def _lists(frame: pd.DataFrame, names: list[str], kind: type, start: int) -> list[list[Any]]:
    """The values of each column from row `start` on: of one bar, cheaper than a table of them."""
    return [frame[name].to_numpy(dtype=kind)[start:].tolist() for name in names]
