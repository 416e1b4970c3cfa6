"""Messages come in here, in the caller's transaction; the rows written are the queue."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from delivery.channels.registry import demo_channels
from delivery.matching import matches
from delivery.models import Delivery, Message, Pause, Recipient
from delivery.models.messages import OBEYS_PAUSE
from delivery.transitions import State, move_all
from delivery.waking import wake

REACHED = (State.SENT, State.DELIVERED, State.READ)
MAYBE_REACHED = (*REACHED, State.SENDING, State.UNCERTAIN, State.PENDING, State.CLAIMED)


@transaction.atomic
def queue_message(
    *,
    key: str,
    kind: str,
    title: str,
    text: str,
    fields: Mapping[str, Any],
    tags: Mapping[str, Any],
    deliver_by: datetime,
    now: datetime,
    recipients: Iterable[Recipient] | None = None,
) -> Message:
    """The stored message with one delivery per recipient; the second call with a key adds nothing.

    `recipients` None: everybody whose filters match. Given: exactly those, filters not asked.
    Paused and opted-out recipients never. Under the kill switch the deliveries are stored as
    cancelled. The sender is woken when the caller's transaction commits.
    """
    content = {"kind": kind, "title": title, "text": text, "fields": dict(fields)}
    times = {"deliver_by": deliver_by, "created_at": now}
    message, created = Message.objects.get_or_create(
        key=key, defaults={**content, **times, "tags": dict(tags)}
    )
    if created:
        chosen = matching_recipients(tags) if recipients is None else list(recipients)
        _add_deliveries(message, [r for r in chosen if r.is_reachable], now=now)
    return message


def matching_recipients(tags: Mapping[str, Any]) -> list[Recipient]:
    """Everybody reachable who wants `tags`; the demo phone only until a real channel works."""
    everybody = Recipient.objects.reachable()
    if real_channel_works():
        everybody = everybody.exclude(channel__in=demo_channels())
    return [r for r in everybody if matches(tags, wants=r.wants, min_confidence=r.min_confidence)]


def real_channel_works() -> bool:
    """True once any message was accepted for a recipient who is not a demo."""
    real = Recipient.objects.exclude(channel__in=demo_channels())
    return real.filter(deliveries__state__in=REACHED).exists()


@transaction.atomic
def cancel_pending(
    *,
    reason: str,
    kinds: Sequence[str] | None = None,
    recipient: Recipient | None = None,
    message: Message | None = None,
) -> int:
    """How many pending deliveries became cancelled(reason); one already being posted goes on."""
    rows = Delivery.objects.filter(state=State.PENDING)
    if kinds is not None:
        rows = rows.filter(message__kind__in=kinds)
    if recipient is not None:
        rows = rows.filter(recipient=recipient)
    if message is not None:
        rows = rows.filter(message=message)
    ids = list(rows.values_list("pk", flat=True))
    return move_all(ids, [State.PENDING], State.CANCELLED, reason=reason)


def recipients_sent(message_key: str) -> QuerySet[Recipient]:
    """Those whom this message or a repeat of it reached, may have reached or still may reach."""
    carried = Q(message__key=message_key) | Q(message__key__startswith=f"{message_key}:resend:")
    copies = Delivery.objects.filter(carried, state__in=MAYBE_REACHED)
    return Recipient.objects.filter(pk__in=copies.values("recipient"))


def _add_deliveries(message: Message, recipients: Sequence[Recipient], *, now: datetime) -> None:
    deliveries = Delivery.objects.bulk_create(
        Delivery(
            message=message,
            recipient=recipient,
            deliver_by=message.deliver_by,
            due_at=now,
            created_at=now,
        )
        for recipient in {r.pk: r for r in recipients}.values()
    )
    if message.kind in OBEYS_PAUSE and Pause.objects.filter(ended_at=None).exists():
        cancel_pending(reason="kill_switch", message=message)
    elif deliveries:
        transaction.on_commit(partial(wake, [delivery.pk for delivery in deliveries]))
