"""What each trial of a sweep came to, by window and by day: numbers for all trials in one table.

A sweep's period is cut into windows of whole trading days. A trade belongs to the window in which
it was decided; its R is counted on the day it closed, or on the last day of its window when it
closed later.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from backtests.trades import Floats, Times, Trades
from risk.statistics.ratios import sharpe, trading_days

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Windows:
    """Equal parts of a period, in whole trading days, as places on its axis of days."""

    first_day: np.datetime64
    edges: tuple[int, ...]  # window k holds the days edges[k] up to, not with, edges[k + 1]

    @classmethod
    def of(cls, start: datetime, end: datetime, count: int) -> "Windows":
        """`count` windows, fewer where the period [start, end) has fewer days."""
        ends = np.array([int(start.timestamp()), int(end.timestamp()) - 1], dtype="M8[s]")
        first, last = trading_days(ends)
        days = int((last - first).astype(int)) + 1
        edges = np.linspace(0, days, min(count, days) + 1).round().astype(int)
        return cls(first, tuple(int(edge) for edge in edges))

    def __len__(self) -> int:
        return len(self.edges) - 1

    @property
    def days(self) -> int:
        """All days of the axis, weekends among them."""
        return self.edges[-1]

    def dates(self, window: int) -> tuple[date, date]:
        """The first and the last trading day of a window."""
        first, after = self.edges[window], self.edges[window + 1]
        day = self.first_day.astype(date)
        return day + timedelta(first), day + timedelta(after - 1)


@dataclass
class Marks:
    """All trials on one axis of days; rows in the order they were added."""

    windows: Windows
    room: int  # trials there is room for
    numbers: list[int] = field(default_factory=list)  # of the trials
    daily: Floats = field(init=False)  # R by trial and day
    counts: Counts = field(init=False)  # results by trial and window

    def __post_init__(self) -> None:
        self.daily = np.zeros((self.room, self.windows.days))
        self.counts = np.zeros((self.room, len(self.windows)), dtype=np.int64)

    def add(self, number: int, trades: Trades) -> None:
        """Enter the results of one trial; refused and unknown ones have none."""
        row, taken = len(self.numbers), trades.where(trades.is_taken)
        self.numbers.append(number)
        window, day = self.places(taken.decided_at, taken.closed_at)
        self.counts[row] = np.bincount(window, minlength=len(self.windows))
        self.daily[row] = np.bincount(day, weights=taken.r, minlength=self.windows.days)

    def places(self, decided_at: Times, closed_at: Times) -> tuple[Counts, Counts]:
        """Window and day of each trade."""
        edges = np.array(self.windows.edges)
        decided = np.clip(self._day(decided_at), 0, self.windows.days - 1)
        window = np.searchsorted(edges, decided, side="right") - 1
        day = np.clip(self._day(closed_at), edges[window], edges[window + 1] - 1)
        return window, day

    def _day(self, moments: Times) -> Counts:
        if not len(moments):
            return np.zeros(0, dtype=np.int64)
        return (trading_days(moments) - self.windows.first_day).astype(np.int64)

    def results(self, windows: slice) -> Counts:
        """How many results each trial had in `windows`."""
        counted: Counts = self.counts[:, windows].sum(axis=1)
        return counted

    def days(self, windows: slice) -> Floats:
        """Daily R by trial in `windows`; Saturdays and Sundays only where any trial had results."""
        picked = range(len(self.windows))[windows]
        first, after = self.windows.edges[picked[0]], self.windows.edges[picked[-1] + 1]
        part = self.daily[:, first:after]
        dates = self.windows.first_day + np.arange(first, after)
        told: Floats = part[:, np.is_busday(dates) | part.any(axis=0)]
        return told

    def expectancy(self, windows: slice) -> Floats:
        """Mean R of a result by trial; NaN without one."""
        counted = self.results(windows)
        mean: Floats = np.full(self.room, np.nan)
        np.divide(self.days(windows).sum(axis=1), counted, out=mean, where=counted > 0)
        return mean

    def sharpe(self, windows: slice) -> Floats:
        """Sharpe a year by trial, as risk.statistics has it, over all days of `windows`."""
        found = [sharpe(days) for days in self.days(windows)]
        return np.array([np.nan if value is None else value for value in found])
