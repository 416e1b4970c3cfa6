"""Candles that are stored already: imports, and what a rehearsal reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from markets.feeds.base import Bar, Feed, FeedSymbol


@dataclass(frozen=True, kw_only=True)
class Stored(Feed):
    """Hold what `import_candles` stored; asking finds nothing new."""

    slug: ClassVar[str] = "stored"
    name: ClassVar[str] = "Stored (imported files)"
    takes_late_bars: ClassVar[bool] = True

    def closed_bars(self, symbol: FeedSymbol, *, after: datetime, now: datetime) -> Sequence[Bar]:
        return ()
