"""A signal's message sent because a person asked."""

from datetime import datetime

from django.db import transaction

from audit.log import log_event
from delivery.hand_sends import (
    HAND_SEND_LIFE,
    HandSendRefused,
    people,
    require_pushes,
    require_reachable,
    resend,
)
from delivery.models import Message, Recipient
from signals.messages import queue_by_hand, those_to_tell
from signals.models import Signal


class ConfirmationNeeded(HandSendRefused):
    """The signal is over: whoever sends it all the same says so."""


def push_refusal(signal: Signal, *, now: datetime) -> str:
    """Why nobody may push this signal any more, or "": one never sent must still be an idea."""
    if signal.late and is_over(signal, now=now):
        return "It was found too late to be sent, and is over by now."
    return ""


def is_over(signal: Signal, *, now: datetime) -> bool:
    """Whether its idea has ended: by its position, or by time."""
    is_entry = signal.action != Signal.Action.FLAT  # a FLAT is closed from the start
    return signal.expires_at <= now or (is_entry and signal.status != Signal.Status.OPEN)


@transaction.atomic
def push(signal: Signal, *, by: str, now: datetime, is_confirmed: bool = False) -> Message:
    """Send `signal` again, or for the first time when it was found late; the message on its way.

    Raises HandSendRefused, in words for the person who asked; ConfirmationNeeded for a signal that
    is over unless `is_confirmed`.
    """
    Signal.objects.select_for_update(of=("self",)).get(
        pk=signal.pk
    )  # two clicks, one after another
    recipients = those_to_tell(signal)
    message = Message.objects.filter(key=signal.message_key).first()
    if message is None:
        return _send_first(signal, recipients, by=by, now=now)
    if is_over(signal, now=now) and not is_confirmed:
        raise ConfirmationNeeded(
            f"This signal is over ({over_text(signal)}). Confirm that you want to send it again.",
            code="CONFIRMATION_NEEDED",
        )
    return resend(message, by=by, now=now, recipients=recipients)


def over_text(signal: Signal) -> str:
    """When the idea of a signal that is over ended."""
    position = getattr(signal, "position", None)
    closed_at = position.closed_at if position else None
    if closed_at and closed_at < signal.expires_at:
        return f"it ended {closed_at:%Y-%m-%d %H:%M} UTC"
    return f"it expired {signal.expires_at:%Y-%m-%d %H:%M} UTC"


def _send_first(signal: Signal, recipients: list[Recipient], *, by: str, now: datetime) -> Message:
    refusal = push_refusal(signal, now=now)
    if refusal:
        raise HandSendRefused(refusal)
    require_pushes()
    require_reachable(recipients)
    deliver_by = now + HAND_SEND_LIFE
    sent = queue_by_hand(signal, deliver_by=deliver_by, now=now)
    text = f"{signal}, found late, sent by hand to {people(len(recipients))}."
    log_event("signal.pushed", at=now, actor=by, subject=f"signal:{signal.pk}", text=text)
    return sent
