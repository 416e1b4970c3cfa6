"""A signal's message sent because a person asked."""

from datetime import datetime

from django.db import transaction

from audit.log import log_event
from delivery.hand_sends import HAND_SEND_LIFE, HandSendRefused, people, resend
from delivery.models import Message, Recipient
from delivery.pauses import current_pause
from signals.messages import queue_signal, those_to_tell
from signals.models import Signal


def push_refusal(signal: Signal, *, now: datetime) -> str:
    """Why nobody may push this signal any more, or "": one never sent must still be an idea."""
    if not signal.late:
        return ""
    if signal.status != Signal.Status.OPEN or signal.expires_at <= now:
        return "It was found too late to be sent, and is over by now."
    return ""


@transaction.atomic
def push(signal: Signal, *, by: str, now: datetime) -> list[Recipient]:
    """Send `signal` again, or for the first time when it was found late; who is to get it.

    Raises HandSendRefused, in words for the person who asked.
    """
    recipients = those_to_tell(signal)
    message = Message.objects.filter(key=signal.message_key).first()
    if message is not None:
        resend(message, by=by, now=now, recipients=recipients)
    else:
        _send_first(signal, recipients, by=by, now=now)
    return recipients


def _send_first(signal: Signal, recipients: list[Recipient], *, by: str, now: datetime) -> None:
    refusal = push_refusal(signal, now=now) or _refusal_of_the_desk(recipients)
    if refusal:
        raise HandSendRefused(refusal)
    queue_signal(signal, kind=Message.Kind.MANUAL, deliver_by=now + HAND_SEND_LIFE, now=now)
    text = f"{signal}, found late, sent by hand to {people(len(recipients))}."
    log_event("signal.pushed", at=now, actor=by, subject=f"signal:{signal.pk}", text=text)


def _refusal_of_the_desk(recipients: list[Recipient]) -> str:
    if stopped := current_pause():
        return f"Pushes are stopped ({stopped.reason}). Resume them, then push again."
    return "" if recipients else "Nobody to send to: add a recipient in the admin."
