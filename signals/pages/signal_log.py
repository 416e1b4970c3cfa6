"""What the log says of one signal and its messages."""

from dataclasses import dataclass
from datetime import datetime

from audit.models import Event
from signals.models import Signal
from signals.pages.sent_copies import message_keys

SHOWN = 100  # events, oldest first


@dataclass(frozen=True)
class Happened:
    """One line of the log."""

    pk: int
    at: datetime
    kind: str
    text: str
    actor: str

    @property
    def what(self) -> str:
        """The kind in words: "signal generated"."""
        return self.kind.replace(".", " ").replace("_", " ")


def signal_log(signal: Signal) -> tuple[Happened, ...]:
    """Its events and those of its messages, oldest first; one query, by subject."""
    subjects = [f"signal:{signal.pk}", *(f"message:{key}" for key in message_keys(signal))]
    rows = Event.objects.filter(subject__in=subjects).order_by("id")
    return tuple(
        Happened(*row) for row in rows.values_list("pk", "at", "kind", "text", "actor")[:SHOWN]
    )
