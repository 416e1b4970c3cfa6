"""The one way to write to the log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from audit.models import Event


def log_event(
    kind: str,
    *,
    at: datetime,
    text: str,
    actor: str = "desk",
    subject: str = "",
    payload: Mapping[str, Any] | None = None,
) -> Event:
    """The stored event; it commits or rolls back with the caller's transaction.

    `text` becomes one line. `payload` holds what JSON can hold: Decimals and times as strings,
    recipients as ids (a person's data must be erasable while the log stays whole).
    """
    return Event.objects.create(
        at=at,
        kind=kind,
        actor=one_line(actor, limit=150),
        subject=one_line(subject, limit=100),
        text=one_line(text, limit=500),
        payload=dict(payload or {}),
    )


def one_line(text: str, *, limit: int) -> str:
    """`text` without line breaks and control characters, cut to `limit` characters."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(plain.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
