"""Candles that a script of yours sends to `POST /api/candles`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from markets.feeds.base import Bar, Feed, FeedSymbol


@dataclass(frozen=True, kw_only=True)
class Push(Feed):
    """Wait for bars that are sent; asking finds none.

    A script that was cut off may send the minutes it missed afterwards: they fill the history, and
    are not decided any more once a later bar was.
    """

    slug: ClassVar[str] = "push"
    name: ClassVar[str] = "Push (your script sends candles)"
    takes_late_bars: ClassVar[bool] = True

    def closed_bars(self, symbol: FeedSymbol, *, after: datetime, now: datetime) -> Sequence[Bar]:
        return ()
