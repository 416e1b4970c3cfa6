"""From when to when each symbol has candles, by feed: what a form may be asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import OuterRef, QuerySet, Subquery

from markets.feeds.registry import FEEDS, is_demo
from markets.frames import Timeframe
from markets.models import Candle, Symbol

SHOWN = 100  # symbols


@dataclass(frozen=True)
class Stored:
    """The stored minutes of one symbol on one feed."""

    symbol: str
    feed: str
    feed_name: str
    is_demo: bool
    first: datetime
    last: datetime

    @property
    def span(self) -> tuple[str, str]:
        """First and last minute, in words."""
        first, last = (at.astimezone(UTC) for at in (self.first, self.last))
        return f"{first:%Y-%m-%d %H:%M}", f"{last:%Y-%m-%d %H:%M}"


def stored_periods() -> tuple[Stored, ...]:
    """Of the first SHOWN symbols, by code; one query that reads only the ends of an index."""
    ends = {f"{end}_{feed}": _end(feed, end) for feed in FEEDS for end in ("first", "last")}
    symbols = Symbol.objects.order_by("code").annotate(**ends)[:SHOWN]
    return tuple(each for symbol in symbols for each in _of(symbol))


def _end(feed: str, end: str) -> Subquery:
    candles: QuerySet[Candle] = Candle.objects.filter(
        symbol=OuterRef("pk"), feed=feed, timeframe=Timeframe.M1
    )
    return Subquery(candles.order_by("time" if end == "first" else "-time").values("time")[:1])


def _of(symbol: Symbol) -> Iterator[Stored]:
    for feed, cls in FEEDS.items():
        first, last = getattr(symbol, f"first_{feed}"), getattr(symbol, f"last_{feed}")
        if first and last:
            yield Stored(symbol.code, feed, cls.name, is_demo(feed), first, last)
