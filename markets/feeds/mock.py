"""Demo candles: a made-up week that plays on the wall clock, round and round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from markets.feeds.base import Bar, Feed, FeedSymbol, bar_of
from markets.feeds.synthetic import synthetic_bars

WEEK = 7 * 24 * 60  # minutes
FIRST_MONDAY = 4 * 24 * 60  # minutes from 1970-01-01, a Thursday, to Monday 00:00 UTC
MISSING = -1


@dataclass(frozen=True, kw_only=True)
class Mock(Feed):
    """Play made-up candles, the same in every process, weekends included.

    `folder` holds one CODE.csv per symbol: a week that ends where it begins, with the minute of
    the week (0 is Monday 00:00 UTC), bid open, high, low, close and the spread in pips. A symbol
    without a file gets a computed walk.
    """

    slug: ClassVar[str] = "mock"
    name: ClassVar[str] = "Mock (made-up prices, for a demo)"
    calendar: ClassVar[str] = "always_open"
    is_demo: ClassVar[bool] = True
    folder: Path = Path("data/mock")
    backfill: timedelta = timedelta(days=18)  # a day to show, and the 400 H1 bars before it

    @classmethod
    def from_settings(cls, settings: Any) -> Self:
        return cls(folder=Path(settings.MOCK_DATA_DIR))

    def closed_bars(self, symbol: FeedSymbol, *, after: datetime, now: datetime) -> Sequence[Bar]:
        after = max(after, now - self.backfill)  # a demo that slept for weeks has nothing to regret
        first = int(after.timestamp() // 60) + 1
        minutes = np.arange(first, int(now.timestamp() // 60), dtype=np.int64)
        path = self.folder / f"{symbol.code}.csv"
        if path.is_file():
            minutes, bid, spread = _recorded(path, minutes)
        else:
            bid, spread = synthetic_bars(symbol, minutes)
        ask = np.round(bid + spread[:, None] * symbol.pip, symbol.digits)
        columns = zip(minutes.tolist(), bid.tolist(), ask.tolist(), strict=True)
        return [_bar(symbol.code, *row) for row in columns]


def _bar(code: str, minute: int, bid: list[float], ask: list[float]) -> Bar:
    time = datetime.fromtimestamp(minute * 60, UTC)
    return bar_of(time, bid, ask=ask, symbol=code)


def _recorded(
    path: Path, minutes: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """(those of the minutes that have a bar, their bids, their spreads in pips)."""
    rows, place = _week(path)
    at = place[(minutes - FIRST_MONDAY) % WEEK]
    has_bar = at != MISSING
    bars = rows[at[has_bar]]
    return minutes[has_bar], bars[:, 1:5], bars[:, 5]


@lru_cache(maxsize=64)
def _week(path: Path) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(the rows of a week's file, for each minute of the week its row or MISSING)."""
    rows = np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)
    place = np.full(WEEK, MISSING, dtype=np.int64)
    place[rows[:, 0].astype(np.int64)] = np.arange(len(rows))
    return rows, place
