"""Who a message goes to: everybody who asked for it, or those who were sent another one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from delivery.channels.registry import demo_channels
from delivery.matching import matches
from delivery.models import Delivery, Message, Recipient
from delivery.models.recipients import RecipientQuerySet
from delivery.transitions import State

REACHED = (State.SENT, State.DELIVERED, State.READ)
MAYBE_REACHED = (*REACHED, State.SENDING, State.UNCERTAIN, State.PENDING, State.CLAIMED)
REPEAT = ":resend:"  # between a message's key and the number of its repeat


def matching_recipients(tags: Mapping[str, Any]) -> list[Recipient]:
    """Everybody reachable who wants `tags`."""
    return wanting(tags, reachable_now())


def reachable_now() -> list[Recipient]:
    """Everybody a message may go to; the demo phone only until a real channel works."""
    everybody = Recipient.objects.reachable()
    if real_channel_works():
        everybody = everybody.exclude(channel__in=demo_channels())
    return list(everybody)


def wanting(tags: Mapping[str, Any], audience: Iterable[Recipient]) -> list[Recipient]:
    """Those of `audience` who want `tags`."""
    return [r for r in audience if matches(tags, wants=r.wants, min_confidence=r.min_confidence)]


def real_channel_works() -> bool:
    """True once any message was accepted for a recipient who is not a demo."""
    real = Recipient.objects.exclude(channel__in=demo_channels())
    return real.filter(deliveries__state__in=REACHED).exists()


def recipients_sent(message_key: str) -> RecipientQuerySet:
    """Those whom this message or a repeat of it reached, may have reached or still may reach.

    Not those for whom it waits for the end of their quiet hours: they know nothing of it yet.
    """
    return Recipient.objects.filter(pk__in=_sent({message_key})[message_key])


def recipients_sent_each(message_keys: Collection[str]) -> dict[str, list[Recipient]]:
    """`recipients_sent` of many messages, in its order; four queries."""
    sent = _sent(message_keys)
    known = list(Recipient.objects.filter(pk__in=set().union(*sent.values()))) if sent else []
    return {key: [r for r in known if r.pk in sent[key]] for key in message_keys}


def _sent(message_keys: Collection[str]) -> dict[str, set[int]]:
    """Key -> ids of `recipients_sent`."""
    about = _carriers(message_keys)
    copies = Delivery.objects.filter(message__in=list(about), state__in=MAYBE_REACHED)
    copies = copies.exclude(state=State.PENDING, is_held=True)
    found: dict[str, set[int]] = defaultdict(set)
    for message_id, recipient_id in copies.values_list("message", "recipient") if about else ():
        found[about[message_id]].add(recipient_id)
    return found


def _carriers(message_keys: Collection[str]) -> dict[int, str]:
    """Ids of these messages and of their repeats, which are younger: id -> first one's key."""
    about = dict(Message.objects.filter(key__in=message_keys).values_list("pk", "key"))
    if about:
        younger = Message.objects.filter(pk__gt=min(about), key__contains=REPEAT)
        firsts = ((pk, key.split(REPEAT)[0]) for pk, key in younger.values_list("pk", "key"))
        about |= {pk: first for pk, first in firsts if first in message_keys}
    return about
