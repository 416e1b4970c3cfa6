"""The Overview's cards: kill switch, scheduler, feeds, messages of the day, open signals."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, FilteredRelation, Q

from dashboard.status import Scheduler, scheduler
from delivery.models import Delivery, Pause
from delivery.pauses import current_pause
from markets.feeds.registry import FEEDS
from markets.models import Symbol
from signals.models import Signal

FEED_LOOKS = {  # colour and shape of each state
    "healthy": ("tone-good", "check"),
    "quiet": ("tone-warn", "clock"),
    "late": ("tone-warn", "alert"),
    "dead": ("tone-bad", "alert"),
    "closed": ("tone-calm", "pause"),
    "off": ("tone-bad", "close"),
}
UNKNOWN_LOOK = ("tone-calm", "clock")
MESSAGE_GROUPS = {  # what a reader asks: did they arrive, are they on their way, what went wrong
    "sent": ("sent", "delivered", "read"),
    "waiting": ("pending", "claimed", "sending"),
    "failed": ("failed",),
    "uncertain": ("uncertain",),
    "expired": ("expired",),
    "cancelled": ("cancelled",),
}


@dataclass(frozen=True)
class Pushes:
    """The kill switch: None for all three while messages go out."""

    reason: str | None = None
    by: str | None = None
    since: datetime | None = None

    @property
    def is_paused(self) -> bool:
        return self.since is not None


@dataclass(frozen=True)
class FeedLine:
    """One symbol's feed."""

    code: str
    state: str
    detail: str
    is_demo: bool

    @property
    def tone(self) -> str:
        return FEED_LOOKS.get(self.state, UNKNOWN_LOOK)[0]

    @property
    def icon(self) -> str:
        return FEED_LOOKS.get(self.state, UNKNOWN_LOOK)[1]


@dataclass(frozen=True)
class Messages:
    """Deliveries created since midnight UTC, by what became of them."""

    day: date
    total: int
    by_group: tuple[tuple[str, int], ...]

    def count(self, group: str) -> int:
        return dict(self.by_group).get(group, 0)


@dataclass(frozen=True)
class OpenSignals:
    buy: int
    sell: int

    @property
    def total(self) -> int:
        return self.buy + self.sell


@dataclass(frozen=True)
class Cards:
    pushes: Pushes
    scheduler: Scheduler
    feeds: tuple[FeedLine, ...]
    messages: Messages
    open_signals: OpenSignals


def cards(*, now: datetime) -> Cards:
    """Five queries, whatever the number of symbols."""
    return Cards(
        pushes=pushes(current_pause()),
        scheduler=scheduler(now=now),
        feeds=feed_lines(),
        messages=messages_today(now=now),
        open_signals=open_signals(),
    )


def pushes(pause: Pause | None) -> Pushes:
    return Pushes(pause.reason, pause.started_by, pause.started_at) if pause else Pushes()


def feed_lines() -> tuple[FeedLine, ...]:
    """Each enabled symbol and how its present feed does."""
    own = FilteredRelation("feed_healths", condition=Q(feed_healths__feed=F("feed")))
    rows = Symbol.objects.enabled().annotate(own=own)
    return tuple(
        FeedLine(code, state or "unknown", detail or "", FEEDS[feed].is_demo)
        for code, feed, state, detail in rows.values_list(
            "code", "feed", "own__state", "own__detail"
        )
    )


def messages_today(*, now: datetime) -> Messages:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Delivery.objects.filter(created_at__gte=midnight).order_by().values_list("state")
    counts = dict(rows.annotate(Count("pk")))
    groups = tuple(
        (group, sum(counts.get(state, 0) for state in states))
        for group, states in MESSAGE_GROUPS.items()
    )
    return Messages(now.date(), sum(counts.values()), tuple((g, n) for g, n in groups if n))


def open_signals() -> OpenSignals:
    rows = Signal.objects.public().filter(status=Signal.Status.OPEN).order_by()
    counts = dict(rows.values_list("action").annotate(Count("pk")))
    return OpenSignals(counts.get("BUY", 0), counts.get("SELL", 0))
