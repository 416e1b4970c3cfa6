"""A calendar over columns of moments: the same answers as its methods, for a million at once."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

import numpy as np
from numpy.typing import NDArray

from markets.sessions import Calendar

Seconds = NDArray[np.int64]  # since 1970


@dataclass(frozen=True)
class OpenSpans:
    """When a market trades, as arrays: one element per open span, oldest first."""

    starts: Seconds
    ends: Seconds
    before: Seconds  # open seconds of all earlier spans

    @classmethod
    def of(cls, calendar: Calendar, first: int, last: int, *, minutes: int = 0) -> Self:
        """The spans from `first` to `last`, and as many later ones as `minutes` trading need."""
        spans, left = [], 60 * minutes
        for opens, closes in calendar.open_spans(datetime.fromtimestamp(first, UTC)):
            start, end = int(opens.timestamp()), int(closes.timestamp())
            spans.append((start, end))
            if end > last:
                left -= end - max(start, last)
                if left <= 0:
                    break
        starts, ends = np.array(spans, dtype=np.int64).reshape(-1, 2).T
        lengths = ends - starts
        return cls(starts, ends, np.cumsum(lengths) - lengths)

    def is_open(self, at: Seconds) -> NDArray[np.bool_]:
        """Calendar.is_open of each moment."""
        span = self.starts.searchsorted(at, side="right") - 1
        is_open: NDArray[np.bool_] = (span >= 0) & (at < self.ends[span])
        return is_open

    def add_trading_minutes(self, at: Seconds, minutes: int) -> Seconds:
        """Calendar.add_trading_minutes of each moment."""
        if not minutes:
            return at
        wanted = self._opened(at) + 60 * minutes
        span = (self.before + self.ends - self.starts).searchsorted(wanted, side="left")
        reached: Seconds = self.starts[span] + wanted - self.before[span]
        return reached

    def trading_minutes_between(self, a: Seconds, b: Seconds) -> Seconds:
        """Calendar.trading_minutes_between of each pair."""
        opened: Seconds = self._opened(b) - self._opened(a)
        return np.maximum(opened, 0) // 60

    def _opened(self, at: Seconds) -> Seconds:
        """Open seconds before each moment."""
        span = np.maximum(self.starts.searchsorted(at, side="right") - 1, 0)
        within = np.clip(at - self.starts[span], 0, self.ends[span] - self.starts[span])
        opened: Seconds = self.before[span] + within
        return opened
