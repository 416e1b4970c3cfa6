"""Results nobody was told although somebody was surely to be."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from audit.models import Event
from delivery.audience import REACHED
from delivery.models import Delivery, Message, Recipient
from signals.models import Signal
from signals.parity.found import Found, What
from signals.parity.messages import NONE, result_due
from signals.result_messages import result_key


def missing_results(signals: Iterable[Signal]) -> Iterator[Found]:
    """Ends without a message, though somebody who asks for results was sent the entry before.

    Who asked for them then is not kept. Sure is who asks for them now, may be sent to, and of whom
    the log has nothing since the entry; of all others a message that is missing says nothing.
    """
    due = _without_message(signals)
    ended = _ended_at(due)
    sent = _sent(signal for signal in due if signal.pk in ended)
    changed = _changed_at({recipient for rows in sent.values() for recipient, _ in rows})
    for signal in due:
        got = [who for who, at in sent.get(signal.message_key, ()) if at < ended[signal.pk]]
        if any(who not in changed or changed[who] < signal.issued_at for who in got):
            yield Found(
                at=signal.bar_time,
                what=What.MESSAGE,
                was=NONE,
                now=str(result_due(signal)),
                signal=signal,
            )


def _without_message(signals: Iterable[Signal]) -> list[Signal]:
    due = {result_key(signal): signal for signal in signals if result_due(signal) is not None}
    told = set(Message.objects.filter(key__in=due).values_list("key", flat=True))
    return [signal for key, signal in due.items() if key not in told]


def _ended_at(signals: Sequence[Signal]) -> dict[int, datetime]:
    """When the desk told the end of each, by its id; those it never told are left out."""
    ids = {f"signal:{signal.pk}": signal.pk for signal in signals}
    rows = Event.objects.filter(kind="signal.closed", subject__in=ids)
    return {ids[subject]: at for subject, at in rows.values_list("subject", "at")}


def _sent(signals: Iterable[Signal]) -> Mapping[str, list[tuple[int, datetime]]]:
    """By key of the entry's message: who got it that asks for results now, and when."""
    asking = Recipient.objects.reachable().filter(gets_results=True)
    rows = Delivery.objects.filter(
        message__key__in=[signal.message_key for signal in signals],
        state__in=REACHED,
        recipient__in=asking,
    )
    found: dict[str, list[tuple[int, datetime]]] = {}
    for key, recipient, at in rows.values_list("message__key", "recipient", "sent_at"):
        if at is not None:
            found.setdefault(key, []).append((recipient, at))
    return found


def _changed_at(recipients: Iterable[int]) -> dict[int, datetime]:
    """When the log last has something of each of them, by id."""
    ids = {f"recipient:{pk}": pk for pk in recipients}
    rows = Event.objects.filter(subject__in=ids).order_by("at").values_list("subject", "at")
    return {ids[subject]: at for subject, at in rows}
