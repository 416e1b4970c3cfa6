"""What became of a signal's messages: the first one, its result and repeats, copy by copy."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from delivery.audience import REPEAT
from delivery.copies import Copy, copy_of
from delivery.models import Delivery, Message
from delivery.tallies import Tally, tally
from signals.models import Run, Signal
from signals.result_messages import result_key

REPEATS = 20  # messages shown; more repeats of one signal nobody sends
SHOWN = 50  # copies named over all of them


@dataclass(frozen=True)
class Sent:
    """One message with what came of it; `repeat` counts the sends by hand, 0 is the first."""

    pk: int
    is_result: bool
    text: str
    kind: str
    repeat: int
    created_at: datetime
    deliver_by: datetime
    tally: Tally
    copies: tuple[Copy, ...]

    @property
    def what(self) -> str:
        """Which of the signal's messages it is."""
        if self.is_result:
            return f"Result, repeat {self.repeat}" if self.repeat else "Result"
        return f"Repeat {self.repeat}" if self.repeat else "First send"

    @property
    def unnamed(self) -> int:
        """How many copies are counted but not listed."""
        return self.tally.total - len(self.copies)


@dataclass(frozen=True)
class Outbox:
    """All messages of a signal; `why_none` says why there are none."""

    messages: tuple[Sent, ...]
    why_none: str


def may_push(signal: Signal, sent: Outbox, *, now: datetime) -> bool:
    """Whether staff may send it by hand: once more, or for the first time while it lives.

    A FLAT concerns only those who were sent the entry.
    """
    if signal.action == Signal.Action.FLAT:
        return signal.is_public and any(message.tally.total for message in sent.messages)
    was_sent = bool(sent.messages)
    is_alive = signal.status == Signal.Status.OPEN and signal.expires_at > now
    return signal.is_public and (was_sent or is_alive or not signal.late)


def message_keys(signal: Signal) -> list[str]:
    """The keys of its message, its result, and the repeats they may have: an exact look-up each."""
    firsts = (signal.message_key, result_key(signal))
    repeats = (f"{first}{REPEAT}{number}" for first in firsts for number in range(1, REPEATS + 1))
    return [*firsts, *repeats]


def outbox(signal: Signal) -> Outbox:
    """What was sent of `signal`, or why nothing was."""
    messages = sent_copies(signal)
    return Outbox(messages, "" if messages else _why_none(signal))


def sent_copies(signal: Signal) -> tuple[Sent, ...]:
    """Its messages, oldest first; three queries however many copies."""
    messages = list(Message.objects.filter(key__in=message_keys(signal)).order_by("pk"))
    copies = Delivery.objects.filter(message__in=[message.pk for message in messages])
    states: dict[int, Counter[str]] = defaultdict(Counter)
    counted = copies.order_by().values_list("message", "state").annotate(Count("pk"))
    for message_id, state, count in counted if messages else ():
        states[message_id][state] += count
    named: dict[int, list[Copy]] = defaultdict(list)
    for delivery in copies.select_related("recipient").order_by("pk")[:SHOWN] if messages else ():
        named[delivery.message_id].append(copy_of(delivery))
    return tuple(
        _sent(message, tally(states[message.pk]), tuple(named[message.pk])) for message in messages
    )


def _sent(message: Message, counted: Tally, copies: tuple[Copy, ...]) -> Sent:
    return Sent(
        pk=message.pk,
        is_result=message.kind == Message.Kind.RESULT or bool(message.replies_to),
        text=message.text,
        kind=message.get_kind_display(),
        repeat=int(message.key.partition(REPEAT)[2] or 0),
        created_at=message.created_at,
        deliver_by=message.deliver_by,
        tally=counted,
        copies=copies,
    )


def _why_none(signal: Signal) -> str:
    if signal.run.kind == Run.Kind.REHEARSAL:
        return "A rehearsal sends nothing."
    if signal.is_shadow:
        return "A shadow config sends nothing."
    if signal.status == Signal.Status.BLOCKED:
        return "It was blocked, so nobody was told."
    if signal.late:
        return "It was found too late, so nobody was told. Staff can send it while it lives."
    return "No message is stored for it."
