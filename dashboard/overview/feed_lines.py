"""How each symbol's feed does, and which of many to show first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, FilteredRelation, Q

from markets.feeds.registry import is_demo
from markets.models import Symbol

LOOKS = {  # colour and shape of each state, what needs somebody first
    "dead": ("tone-bad", "alert"),
    "off": ("tone-bad", "close"),
    "late": ("tone-warn", "alert"),
    "quiet": ("tone-warn", "clock"),
    "unknown": ("tone-calm", "clock"),
    "closed": ("tone-calm", "pause"),
    "healthy": ("tone-good", "check"),
}
SHOWN = 5  # feeds


@dataclass(frozen=True)
class FeedLine:
    """One symbol's feed."""

    code: str
    state: str
    detail: str
    is_demo: bool

    @property
    def tone(self) -> str:
        return LOOKS[self.state][0]

    @property
    def icon(self) -> str:
        return LOOKS[self.state][1]


@dataclass(frozen=True)
class FeedCount:
    """How many of the feeds that are not shown one by one are in a state."""

    state: str
    count: int


def feed_lines() -> tuple[FeedLine, ...]:
    """Each enabled symbol and how its present feed does."""
    own = FilteredRelation("feed_healths", condition=Q(feed_healths__feed=F("feed")))
    rows = Symbol.objects.enabled().annotate(own=own)
    return tuple(
        FeedLine(code, state or "unknown", detail or "", is_demo(feed))
        for code, feed, state, detail in rows.values_list(
            "code", "feed", "own__state", "own__detail"
        )
    )


def by_need(feeds: Sequence[FeedLine]) -> list[FeedLine]:
    """`feeds` with those that need somebody first, else by code."""
    order = list(LOOKS)
    return sorted(feeds, key=lambda feed: order.index(feed.state))


def shown(feeds: Sequence[FeedLine]) -> tuple[FeedLine, ...]:
    """The feeds there is room for."""
    return tuple(by_need(feeds)[:SHOWN])


def not_shown(feeds: Sequence[FeedLine]) -> tuple[FeedCount, ...]:
    """The others, by state."""
    counts = Counter(feed.state for feed in by_need(feeds)[SHOWN:])
    return tuple(FeedCount(state, count) for state, count in counts.items())
