"""Frames in, bars and decisions out: what the fold reads, one closed bar at a time."""

from collections.abc import Iterable, Iterator
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
    said = _decisions(_said(decisions, start))
    return zip(bars_from(bars, bar_length=bar_length, start=start), said, strict=True)


def bars_from(bars: pd.DataFrame, *, bar_length: timedelta, start: int) -> list[Bar]:
    """Each bar from row `start` on."""
    bars = bars.iloc[start:]
    times = cast(pd.DatetimeIndex, bars.index).to_pydatetime()
    prices = zip(*_lists(bars, PRICES, float, 0), strict=True)
    return [Bar(time, time + bar_length, *price) for time, price in zip(times, prices, strict=True)]


def decisions_of_many(decisions: pd.DataFrame, *, start: int) -> list[list[Decision]]:
    """From row `start` on, of each symbol: the columns of `decisions` are (k, n)."""
    return [list(_decisions(own)) for own in zip(*_said(decisions, start), strict=True)]


def _decisions(columns: Iterable[list[Any]]) -> Iterator[Decision]:
    for buy, sell, exit_long, exit_short, *numbers in zip(*columns, strict=True):
        yield Decision(buy, sell, exit_long, exit_short, *map(_known, numbers))


def _known(value: float) -> float | None:
    return None if value != value else value


def _said(decisions: pd.DataFrame, start: int) -> list[list[Any]]:
    """The columns in the order of Decision."""
    return _lists(decisions, FLAGS, bool, start) + _lists(decisions, NUMBERS, float, start)


def _lists(frame: pd.DataFrame, names: list[str], kind: type, start: int) -> list[list[Any]]:
    """The values of each column from row `start` on: of one bar, cheaper than a table of them."""
    return [frame[name].to_numpy(dtype=kind)[..., start:].tolist() for name in names]
