"""What the Logs page shows: events as lines in words, and the way to older ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from access.roles import Reader
from audit.models import Event
from dashboard.logs.kinds import kind_of
from dashboard.logs.names import with_names
from dashboard.logs.queries import Found, Wanted, find
from dashboard.logs.subjects import Link, known


@dataclass(frozen=True)
class Line:
    """One event in words."""

    pk: int
    at: datetime
    words: str
    tone: str
    icon: str
    text: str
    actor: str
    link: Link | None


@dataclass(frozen=True)
class Log:
    """A page of lines."""

    lines: tuple[Line, ...]
    older: int | None
    looked_back_to: datetime | None


def log(wanted: Wanted, reader: Reader) -> Log:
    """The newest events `wanted` names, as `reader` may see them."""
    found: Found = find(wanted)
    return Log(lines(found.events, reader), found.older, found.looked_back_to)


def lines(events: Sequence[Event], reader: Reader) -> tuple[Line, ...]:
    """Each event as a line; a constant number of queries."""
    rows = known(events, reader)
    return tuple(
        Line(
            pk=event.pk,
            at=event.at,
            words=kind.words,
            tone=kind.tone,
            icon=kind.icon,
            text=with_names(event.text, rows.names),
            actor=with_names(event.actor, rows.names),
            link=rows.link(event, reader),
        )
        for event in events
        for kind in [kind_of(event.kind)]
    )
