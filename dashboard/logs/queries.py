"""Reading a log of millions of events without ever reading all of it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Lower

from audit.models import Event

SHOWN = 100  # events a page
WINDOW = 50_000  # event ids one search looks through


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which events a reader asks for; `before` is the id the page before ended with."""

    kinds: tuple[str, ...] = ()
    symbol: str = ""
    text: str = ""
    before: int | None = None

    @property
    def is_search(self) -> bool:
        """Whether the words of each event must be read, which no index can do."""
        return bool(self.symbol or self.text)


@dataclass(frozen=True)
class Found:
    """The newest wanted events, and where to go on."""

    events: list[Event] = field(default_factory=list)
    older: int | None = None  # `before` of the next page; None at the beginning of the log
    looked_back_to: datetime | None = None  # how far a search went; None: it saw all it wanted


def find(wanted: Wanted, *, window: int = WINDOW) -> Found:
    """The newest events, newest first, at most SHOWN; a search goes back `window` ids."""
    if wanted.is_search:
        return _searched(wanted, window)
    rows = _of_kinds(wanted) if wanted.kinds else list(_before(wanted)[: SHOWN + 1])
    return _page(rows)


def _before(wanted: Wanted) -> QuerySet[Event]:
    rows = Event.objects.order_by("-pk")
    return rows.filter(pk__lt=wanted.before) if wanted.before else rows


def _page(rows: list[Event]) -> Found:
    shown = rows[:SHOWN]
    return Found(shown, shown[-1].pk if len(rows) > SHOWN else None)


def _of_kinds(wanted: Wanted) -> list[Event]:
    """A query for each kind, each served by the index (kind, at), then one for the rows."""
    last = Event.objects.filter(pk=wanted.before).first() if wanted.before else None
    newest: list[tuple[datetime, int]] = []
    for kind in wanted.kinds:
        rows = Event.objects.filter(kind=kind).order_by("-at", "-pk")
        if last:
            rows = rows.filter(at__lte=last.at).exclude(at=last.at, pk__gte=last.pk)
        newest += rows.values_list("at", "pk")[: SHOWN + 1]
    chosen = [pk for _, pk in sorted(newest, reverse=True)[: SHOWN + 1]]
    return list(Event.objects.filter(pk__in=chosen).order_by("-at", "-pk"))


def _searched(wanted: Wanted, length: int) -> Found:
    """What matches among the `length` ids below `before`, by their primary key."""
    top = wanted.before or (Event.objects.aggregate(top=Max("pk"))["top"] or 0) + 1
    window = Event.objects.filter(pk__lt=top, pk__gte=top - length)
    # Lower: the index of kinds would lead through all of a kind instead of through the window
    matching = window.alias(plain_kind=Lower("kind")).filter(_matching(wanted))
    rows: list[Event] = list(matching.order_by("-pk")[: SHOWN + 1])
    if len(rows) > SHOWN:
        return _page(rows)
    oldest = window.order_by("pk").first()
    if oldest is None or not Event.objects.filter(pk__lt=oldest.pk).exists():
        return Found(rows)
    return Found(rows, oldest.pk, oldest.at)


def _matching(wanted: Wanted) -> Q:
    matching = Q()
    if wanted.kinds:
        matching &= Q(plain_kind__in=wanted.kinds)
    if wanted.symbol:
        matching &= Q(text__contains=wanted.symbol)
    if wanted.text:
        matching &= Q(text__icontains=wanted.text) | Q(actor__icontains=wanted.text)
    return matching


def same_subject(event: Event, *, most: int) -> Collection[Event]:
    """Other events about the subject of `event`, newest first; by the index (subject, at)."""
    if not event.subject:
        return []
    rows = Event.objects.filter(subject=event.subject).exclude(pk=event.pk)
    return list(rows.order_by("-at", "-pk")[:most])
