"""What came of a message, recipient by recipient: the page after sending by hand."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from delivery.copies import Copy, copy_of
from delivery.looks import UNDER_WAY
from delivery.models import Message
from delivery.tallies import Tally, tally

SHOWN = 200  # recipients named; the tally counts all


@dataclass(frozen=True)
class MessageOutcome:
    pk: int
    title: str
    kind: str
    text: str
    created_at: datetime
    deliver_by: datetime
    tally: Tally
    copies: tuple[Copy, ...]
    is_settled: bool

    @property
    def unnamed(self) -> int:
        """How many copies are counted but not listed."""
        return self.tally.total - len(self.copies)


def message_outcome(message: Message) -> MessageOutcome:
    """The message's copies as they are now; three queries."""
    rows = message.deliveries.order_by("pk")
    states = Counter(rows.values_list("state", flat=True).iterator())
    return MessageOutcome(
        pk=message.pk,
        title=message.title,
        kind=message.get_kind_display(),
        text=message.text,
        created_at=message.created_at,
        deliver_by=message.deliver_by,
        tally=tally(states),
        copies=tuple(map(copy_of, rows.select_related("recipient")[:SHOWN])),
        is_settled=not any(states[state] for state in UNDER_WAY),
    )
