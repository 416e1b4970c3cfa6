"""Messages people send themselves: a test, or a message once more."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from audit.log import log_event
from delivery.models import Message, Recipient
from delivery.outbox import queue_message, recipients_sent
from delivery.pauses import current_pause

HAND_SEND_LIFE = timedelta(minutes=5)


class HandSendRefused(Exception):
    """Why nothing was sent, and what to do about it."""


@transaction.atomic
def send_test_message(recipient: Recipient | None, *, by: str, now: datetime) -> Message:
    """A test to one recipient, or to everybody reachable; the kill switch does not stop it."""
    chosen = list(Recipient.objects.reachable()) if recipient is None else [recipient]
    _require_reachable(chosen)
    message = queue_message(
        key=f"test:{uuid4()}",
        kind=Message.Kind.TEST,
        title="Test message",
        text=f"forexsignals test {now:%H:%M} UTC | if you can read this, messages reach you.",
        fields={},
        tags={},
        deliver_by=now + HAND_SEND_LIFE,
        now=now,
        recipients=chosen,
    )
    _log("test", message, by=by, now=now, text=f"Test message to {people(len(chosen))}.")
    return message


@transaction.atomic
def resend(
    message: Message, *, by: str, now: datetime, recipients: Iterable[Recipient] | None = None
) -> Message:
    """`message` once more, as a message of its own; "REPEAT hh:mm UTC" is the first one's time.

    To those it was sent to before, or to `recipients`. Raises HandSendRefused under the kill
    switch and when nobody is left to send to.
    """
    chosen = list(recipients_sent(message.key) if recipients is None else recipients)
    _require_pushes(message)
    _require_reachable(chosen)
    number = Message.objects.filter(key__startswith=f"{message.key}:resend:").count() + 1
    repeat = queue_message(
        key=f"{message.key}:resend:{number}",
        kind=Message.Kind.MANUAL,
        title=message.title,
        text=f"REPEAT {message.created_at:%H:%M} UTC | {message.text}",
        fields=message.fields,
        tags=message.tags,
        deliver_by=now + HAND_SEND_LIFE,
        now=now,
        recipients=chosen,
    )
    _log("resent", repeat, by=by, now=now, text=f"{message.key} to {people(len(chosen))}.")
    return repeat


def _require_pushes(message: Message) -> None:
    stopped = current_pause()
    if stopped is not None:
        raise HandSendRefused(
            f"Pushes are stopped ({stopped.reason}). Resume them, then send {message.key} again."
        )


def _require_reachable(recipients: Iterable[Recipient]) -> None:
    if not any(recipient.is_reachable for recipient in recipients):
        raise HandSendRefused(
            "Nobody to send to: add a recipient, or choose one that is active and opted in."
        )


def _log(what: str, message: Message, *, by: str, now: datetime, text: str) -> None:
    log_event(f"delivery.{what}", at=now, actor=by, subject=f"message:{message.key}", text=text)


def people(count: int) -> str:
    """`1 recipient`, `3 recipients`."""
    return f"{count} recipient{'' if count == 1 else 's'}"
