"""The Overview's cards: kill switch, scheduler, feeds, messages, open signals, track record."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from dashboard.overview.feed_lines import FeedCount, FeedLine, feed_lines, not_shown, shown
from dashboard.overview.message_counts import Messages, messages_today
from dashboard.overview.record_card import RecordCard, record_card
from dashboard.status import Scheduler, scheduler
from delivery.models import Pause
from delivery.pauses import current_pause
from signals.models import Signal


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
    record: RecordCard

    @property
    def feeds_shown(self) -> tuple[FeedLine, ...]:
        return shown(self.feeds)

    @property
    def feeds_counted(self) -> tuple[FeedCount, ...]:
        return not_shown(self.feeds)


def cards(*, now: datetime) -> Cards:
    """Six queries, whatever the number of symbols."""
    return Cards(
        pushes=pushes(current_pause()),
        scheduler=scheduler(now=now),
        feeds=feed_lines(),
        messages=messages_today(now=now),
        open_signals=open_signals(),
        record=record_card(now=now),
    )


def pushes(pause: Pause | None) -> Pushes:
    return Pushes(pause.reason, pause.started_by, pause.started_at) if pause else Pushes()


def open_signals() -> OpenSignals:
    rows = Signal.objects.public().filter(status=Signal.Status.OPEN).order_by()
    counts = dict(rows.values_list("action").annotate(Count("pk")))
    return OpenSignals(counts.get("BUY", 0), counts.get("SELL", 0))
