"""Who gets a signal's message when a person pushes it again."""

from delivery.models import Message, Recipient
from delivery.outbox import matching_recipients, recipients_sent
from signals.models import Signal


def push_recipients(message: Message) -> list[Recipient]:
    """Everybody who wants it now; a FLAT only those who were sent what it ends."""
    if message.fields.get("action") == Signal.Action.FLAT:
        return list(recipients_sent(message.key))
    return matching_recipients(message.tags)
