"""Messages people send themselves: a test, or a message once more."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import Q

from audit.log import log_event
from delivery.audience import REPEAT, recipients_sent
from delivery.models import Message, Recipient
from delivery.models.messages import OBEYS_PAUSE
from delivery.outbox import queue_message
from delivery.pauses import current_pause

HAND_SEND_LIFE = timedelta(minutes=5)
REPEAT_GAP = timedelta(seconds=10)  # a second click within it was meant for the first repeat


class HandSendRefused(Exception):
    """Why nothing was sent, and what to do about it; `code` says it to programs."""

    def __init__(self, text: str, *, code: str = "NOT_SENT") -> None:
        super().__init__(text)
        self.code = code


@transaction.atomic
def send_test_message(recipient: Recipient | None, *, by: str, now: datetime) -> Message:
    """A test to one recipient, or to everybody reachable; the kill switch does not stop it."""
    asked = Recipient.objects.reachable() if recipient is None else [recipient]
    chosen = [each for each in asked if each.is_reachable]
    require_reachable(chosen)
    message = queue_message(
        key=f"test:{uuid4()}",
        kind=Message.Kind.TEST,
        title="Test message",
        text=test_text(now),
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
    switch, when nobody is left to send to, and when somebody else has just done it.
    """
    message = _locked_first(message)
    _require_repeatable(message)
    asked = recipients_sent(message.key) if recipients is None else recipients
    chosen = [recipient for recipient in asked if recipient.is_reachable]
    require_pushes()
    require_reachable(chosen)
    _require_gap(message, now=now)
    repeat = queue_message(
        key=_next_key(message),
        kind=Message.Kind.MANUAL,
        title=message.title,
        text=f"REPEAT {message.created_at:%H:%M} UTC | {message.text}",
        fields=message.fields,
        tags=message.tags,
        deliver_by=now + HAND_SEND_LIFE,
        now=now,
        recipients=chosen,
        replies_to=message.replies_to,
    )
    _log(
        "resent",
        repeat,
        by=by,
        now=now,
        text=f"{message.title} once more to {people(len(chosen))}.",
    )
    return repeat


def test_text(now: datetime) -> str:
    """What a test says."""
    return f"forexsignals test {now:%H:%M} UTC | if you can read this, messages reach you."


def _locked_first(message: Message) -> Message:
    """The message that `message` is or repeats; its repeats are made one at a time."""
    first = message.key.partition(REPEAT)[0]
    return Message.objects.select_for_update().get(key=first)


def _next_key(message: Message) -> str:
    made = Message.objects.filter(key__startswith=f"{message.key}{REPEAT}").count()
    return f"{message.key}{REPEAT}{made + 1}"


def _require_repeatable(message: Message) -> None:
    if message.kind not in OBEYS_PAUSE:
        what = message.get_kind_display().lower()
        text = f"{message.title or what}: only signals and results are sent again, not {what}."
        raise HandSendRefused(text, code="NOT_REPEATABLE")


def require_pushes() -> None:
    """Raise HandSendRefused while the kill switch is on."""
    stopped = current_pause()
    if stopped is not None:
        raise HandSendRefused(
            f"Pushes are stopped ({stopped.reason}). Resume them first, then send again.",
            code="PUSHES_PAUSED",
        )


def require_reachable(recipients: Iterable[Recipient]) -> None:
    """Raise HandSendRefused when none of them may be sent to."""
    if not any(recipient.is_reachable for recipient in recipients):
        raise HandSendRefused(
            "Nobody to send to: add a recipient, or choose one that is active and opted in.",
            code="NOBODY_TO_SEND_TO",
        )


def _require_gap(message: Message, *, now: datetime) -> None:
    repeats = Q(key__startswith=f"{message.key}{REPEAT}") | Q(key=message.key)
    by_hand = Message.objects.filter(repeats, kind=Message.Kind.MANUAL)
    last = by_hand.filter(created_at__gt=now - REPEAT_GAP).first()
    if last is not None:
        seconds = max(0, int((now - last.created_at).total_seconds()))
        raise HandSendRefused(
            f"It was sent by hand {seconds} s ago. Look what came of it before you send it again.",
            code="SENT_JUST_NOW",
        )


def _log(what: str, message: Message, *, by: str, now: datetime, text: str) -> None:
    log_event(f"delivery.{what}", at=now, actor=by, subject=f"message:{message.key}", text=text)


def people(count: int) -> str:
    """`1 recipient`, `3 recipients`."""
    return f"{count} recipient{'' if count == 1 else 's'}"
