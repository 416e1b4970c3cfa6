"""Frames in, bars and decisions out: what the fold reads, one closed bar at a time."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pandas as pd

from risk.states import Bar, Decision

PRICES = ["open", "high", "low", "close", "ask_open", "ask_high", "ask_low", "ask_close"]


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
    times = pd.DatetimeIndex(bars.index).to_pydatetime()
    prices = bars[PRICES].to_numpy()
    flags = decisions[["buy", "sell", "exit_long", "exit_short"]].to_numpy(dtype=bool)
    numbers = decisions[["confidence", "atr", "trail"]].to_numpy(dtype=float)
    for row in range(start, len(bars)):
        bar = Bar(times[row], times[row] + bar_length, *prices[row].tolist())
        yield bar, _decision(flags[row], numbers[row])


def _decision(flags: np.ndarray, numbers: np.ndarray) -> Decision:
    buy, sell, exit_long, exit_short = flags.tolist()
    confidence, atr, trail = (None if value != value else value for value in numbers.tolist())
    return Decision(buy, sell, exit_long, exit_short, confidence, atr, trail)
