"""Demo candles: a generated week that plays on the wall clock, round and round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from markets.feeds.base import Bar, Feed, FeedSymbol


@dataclass(frozen=True, kw_only=True)
class Mock(Feed):
    """Play made-up candles, the same in every process."""

    slug: ClassVar[str] = "mock"
    name: ClassVar[str] = "Mock (made-up prices, for a demo)"
    calendar: ClassVar[str] = "always_open"
    is_demo: ClassVar[bool] = True
    backfill: timedelta = timedelta(days=1, hours=10)  # a day to show and its warm-up

    def closed_bars(self, symbol: FeedSymbol, *, after: datetime, now: datetime) -> Sequence[Bar]:
        return ()
