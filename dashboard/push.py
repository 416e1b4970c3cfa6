"""A signal's message once more, because a person asked."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from audit.log import log_event
from delivery.models import Message, Recipient
from delivery.outbox import matching_recipients, queue_message
from signals.messages import signal_json, signal_text
from signals.models import Signal

STAYS_FRESH = timedelta(minutes=5)  # a repeat that has not left by then is not sent


@transaction.atomic
def push_again(signal: Signal, *, by: str, now: datetime) -> Message:
    """The queued repeat, to everybody whose filters match; each press is a message of its own."""
    earlier = Message.objects.filter(key__startswith=f"{signal.message_key}:resend:").count()
    message = queue_message(
        key=f"{signal.message_key}:resend:{earlier + 1}",
        kind=Message.Kind.MANUAL,
        title=f"{signal.symbol.code} {signal.action} again",
        text=repeat_text(signal),
        fields=signal_json(signal),
        tags=tags(signal),
        deliver_by=now + STAYS_FRESH,
        now=now,
    )
    log_event(
        "signal.resent",
        at=now,
        actor=by,
        subject=f"signal:{signal.pk}",
        text=f"{signal} pushed again to {message.deliveries.count()} recipients",
    )
    return message


def recipients_of(signal: Signal) -> list[Recipient]:
    """Who would get it now."""
    return matching_recipients(tags(signal))


def tags(signal: Signal) -> dict[str, Any]:
    """What recipients filter on."""
    return {
        "symbol": signal.symbol.code,
        "strategy": signal.strategy,
        "confidence": signal.confidence,
    }


def repeat_text(signal: Signal) -> str:
    """The message's text, marked as a repeat of the time it was first due."""
    return f"REPEAT {signal.bar_closed_at:%H:%M} UTC | {signal_text(signal)}"
