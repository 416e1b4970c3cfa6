"""The log for scripts: newest first by any filter, a page at a time, never all of it at once."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from audit.models import Event
from dashboard.logs.queries import WINDOW


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which events a script asks for; `kind` may end in a dot for all that begin with it."""

    kind: str = ""
    subject: str = ""
    actor: str = ""
    since: datetime | None = None  # this moment included
    until: datetime | None = None  # this moment not included
    after: Event | None = None  # the last one of the page before


@dataclass(frozen=True)
class Read:
    """A page; `more` False at the end of what was asked for. It may be short and not the last."""

    events: list[Event]
    last: Event | None  # how far this page looked
    more: bool


def read(asked: Asked, *, limit: int, window: int = WINDOW) -> Read:
    """Up to `limit` events, each with its seal if it has one.

    One index leads: the subject's, else the kind's, else that of the time. What else is asked for
    is looked for among the next `window` events that it leads to.
    """
    if asked.subject:
        rows = Event.objects.filter(subject=asked.subject)
        return _among(rows, asked, limit=limit, window=window)
    if asked.kind and not asked.kind.endswith("."):
        rows = Event.objects.filter(kind=asked.kind)
        return _among(rows, asked, limit=limit, window=window)
    if asked.kind and not asked.actor:
        return _merged(asked, limit=limit)
    return _among(Event.objects.all(), asked, limit=limit, window=window)


def _among(rows: QuerySet[Event], asked: Asked, *, limit: int, window: int) -> Read:
    led = _within(rows, asked)
    if not asked.actor and not (asked.kind and asked.subject):
        return _page(list(_shown(led)[: limit + 1]), limit)
    found = _shown(_matching(asked).filter(pk__in=led.values("pk")[:window]))
    page = _page(list(found[: limit + 1]), limit)
    end = led[window - 1 : window].first()
    if page.more or end is None:
        return page
    return Read(page.events, end, True)


def _merged(asked: Asked, *, limit: int) -> Read:
    """The newest of several kinds: a query for each, then one for the rows."""
    newest: list[tuple[datetime, int]] = []
    for kind in Event.objects.kinds():
        if kind.startswith(asked.kind):
            rows = _within(Event.objects.filter(kind=kind), asked)
            newest += rows.values_list("at", "pk")[: limit + 1]
    chosen = [pk for _, pk in sorted(newest, reverse=True)[: limit + 1]]
    return _page(list(_shown(Event.objects.filter(pk__in=chosen))), limit)


def _within(rows: QuerySet[Event], asked: Asked) -> QuerySet[Event]:
    """`rows` in the time asked for and after the last page, newest first."""
    if asked.since:
        rows = rows.filter(at__gte=asked.since)
    if asked.until:
        rows = rows.filter(at__lt=asked.until)
    if (last := asked.after) is not None:
        rows = rows.filter(at__lte=last.at).exclude(at=last.at, pk__gte=last.pk)
    return rows.order_by("-at", "-pk")


def _matching(asked: Asked) -> QuerySet[Event]:
    rows = Event.objects.all()
    if asked.actor:
        rows = rows.filter(actor=asked.actor)
    if asked.kind.endswith("."):
        rows = rows.filter(kind__startswith=asked.kind)
    elif asked.kind:
        rows = rows.filter(kind=asked.kind)
    return rows


def _shown(rows: QuerySet[Event]) -> QuerySet[Event]:
    return rows.select_related("seal").order_by("-at", "-pk")


def _page(rows: list[Event], limit: int) -> Read:
    shown = rows[:limit]
    return Read(shown, shown[-1] if shown else None, len(rows) > limit)
