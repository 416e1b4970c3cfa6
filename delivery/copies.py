"""One copy of a message as pages show it: to whom, in which state, and why."""

from dataclasses import dataclass
from datetime import datetime

from delivery.looks import Look, look
from delivery.models import Delivery
from delivery.wording import reason_text


@dataclass(frozen=True)
class Copy:
    """One recipient's copy."""

    pk: int
    name: str
    channel: str
    look: Look
    why: str
    at: datetime
    needs_decision: bool


def copy_of(delivery: Delivery) -> Copy:
    """How `delivery` is shown; select its recipient with it."""
    times = (delivery.read_at, delivery.delivered_at, delivery.sent_at, delivery.sending_at)
    return Copy(
        pk=delivery.pk,
        name=delivery.recipient.name,
        channel=delivery.recipient.get_channel_display(),
        look=look(delivery),
        why=reason_text(delivery.reason),
        at=next(filter(None, times), delivery.created_at),
        needs_decision=delivery.state == Delivery.State.UNCERTAIN,
    )
