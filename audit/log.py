"""The one way to write to the log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audit.models import Event


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One event that is still to be written.

    `text` becomes one line. `payload` holds what JSON can hold: Decimals and times as strings,
    recipients as ids (a person's data must be erasable while the log stays whole).
    """

    kind: str
    at: datetime
    text: str
    actor: str = "desk"
    subject: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)

    def event(self) -> Event:
        """As it is stored."""
        return Event(
            at=self.at,
            kind=self.kind,
            actor=one_line(self.actor, limit=150),
            subject=one_line(self.subject, limit=100),
            text=one_line(self.text, limit=500),
            payload=dict(self.payload),
        )


def log_event(
    kind: str,
    *,
    at: datetime,
    text: str,
    actor: str = "desk",
    subject: str = "",
    payload: Mapping[str, Any] | None = None,
) -> Event:
    """The stored event; it commits or rolls back with the caller's transaction. See `Entry`."""
    entry = Entry(kind=kind, at=at, text=text, actor=actor, subject=subject, payload=payload or {})
    return log_events([entry])[0]


def log_events(entries: Iterable[Entry]) -> list[Event]:
    """The stored events, numbered in this order as if logged one by one; one statement."""
    return Event.objects.bulk_create(entry.event() for entry in entries)


def one_line(text: str, *, limit: int) -> str:
    """`text` without line breaks and control characters, cut to `limit` characters."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(plain.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
