"""Which bars a replay reads: those stored, those known at the time, or those as they are now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from markets.frames import Timeframe, resample
from markets.past import Past

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Epoch:
    """What was stored while a stretch of bars was evaluated: M1 bars, and the stretch's begin."""

    begins: datetime | None  # bars that open from here on were evaluated with it; None: all
    minutes: pd.DataFrame


@dataclass(frozen=True)
class View:
    """One reading of the past. Each time late minutes came in, an epoch begins."""

    epochs: tuple[Epoch, ...]
    late: tuple[datetime, ...] = ()  # minutes that came after a later one had been evaluated

    def frames(self, timeframe: Timeframe) -> list[tuple[pd.DataFrame, slice]]:
        """Bars of each epoch, and which of their rows were evaluated in it; oldest first."""
        ends = [epoch.begins for epoch in self.epochs[1:]]
        found = []
        for epoch, end in zip(self.epochs, [*ends, None], strict=True):
            bars = resample(epoch.minutes, timeframe)
            found.append((bars, slice(_row(bars, epoch.begins, 0), _row(bars, end, len(bars)))))
        return found


def as_stored(past: Past) -> View:
    """Every stored minute, as if all had come in time."""
    return View((Epoch(None, past.bars),))


def as_final(past: Past) -> View:
    """Every stored minute with the newest values its source sent."""
    return View((Epoch(None, past.revised()),))


def known_by(past: Past, ticks: Sequence[datetime], timeframe: Timeframe) -> View:
    """The minutes as they were known when each bar was evaluated, by looks at `ticks`.

    A minute is evaluated by the first look at or after it was observed; it is late when its bar
    was complete at an earlier look. Late minutes are never walked over, but later bars see them.
    """
    looks = np.array([at.timestamp() for at in ticks], dtype=np.float64)
    return _without_late(past, np.searchsorted(looks, past.observed, side="left"), timeframe)


def in_order(past: Past, timeframe: Timeframe) -> View:
    """As `known_by`, with a look right after each moment at which minutes were observed."""
    looks = np.unique(past.observed)
    return _without_late(past, np.searchsorted(looks, past.observed, side="left"), timeframe)


def _without_late(past: Past, seen_by: NDArray[np.int64], timeframe: Timeframe) -> View:
    times = pd.DatetimeIndex(past.bars.index)
    is_late = _late(times, seen_by, timeframe)
    looks = sorted(set(seen_by[is_late].tolist()))
    epochs = [Epoch(None, past.bars[~is_late])]
    for look in looks:
        known = ~is_late | (seen_by <= look)
        begins = (times[seen_by < look][-1] + MINUTE).floor(timeframe.delta)
        epochs.append(Epoch(begins.to_pydatetime(), past.bars[known]))
    return View(tuple(epochs), tuple(times[is_late].to_pydatetime().tolist()))


def _late(
    times: pd.DatetimeIndex, seen_by: NDArray[np.int64], timeframe: Timeframe
) -> NDArray[np.bool_]:
    """Which minutes came after their bar was complete and evaluated."""
    if not len(times):
        return np.zeros(0, dtype=np.bool_)
    last_minutes = times.floor(timeframe.delta) + timeframe.delta - MINUTE
    completing = times.searchsorted(last_minutes, side="left")
    later = np.maximum(completing, np.arange(len(times)) + 1)
    earliest_after = np.append(np.minimum.accumulate(seen_by[::-1])[::-1], np.iinfo(np.int64).max)
    return np.asarray(earliest_after[later] < seen_by, dtype=np.bool_)


def _row(bars: pd.DataFrame, begins: datetime | None, otherwise: int) -> int:
    return otherwise if begins is None else int(bars.index.searchsorted(pd.Timestamp(begins)))
