"""Messages come in here, in the caller's transaction; the rows written are the queue."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from delivery.channels.registry import demo_channels
from delivery.matching import matches
from delivery.models import Delivery, Message, Pause, Recipient
from delivery.models.messages import HEEDS_QUIET_HOURS, OBEYS_PAUSE
from delivery.models.recipients import RecipientQuerySet
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
    valid_until: datetime | None = None,
    urgent: bool = False,
    replies_to: str = "",
) -> Message:
    """The stored message with one delivery per recipient; the second call with a key adds nothing.

    `recipients` None: everybody whose filters match. Given: exactly those, filters not asked.
    Paused and opted-out recipients never, but for the answer to their own opt-in or opt-out. Under
    the kill switch the deliveries are stored as cancelled. Who has quiet hours gets it after them
    if it is good until then (`valid_until`, else `deliver_by`), unless it is `urgent`. `replies_to`
    is the key of the message it answers. The sender is woken when the caller's transaction commits.
    """
    content = {"kind": kind, "title": title, "text": text, "fields": dict(fields)}
    times = {"deliver_by": deliver_by, "valid_until": valid_until, "created_at": now}
    message, created = Message.objects.get_or_create(
        key=key, defaults={**content, **times, "tags": dict(tags), "replies_to": replies_to}
    )
    if created:
        chosen = matching_recipients(tags) if recipients is None else list(recipients)
        heeds_quiet = kind in HEEDS_QUIET_HOURS and not urgent
        reachable = [r for r in chosen if r.is_reachable or kind == Message.Kind.CONSENT]
        _add_deliveries(message, reachable, heeds_quiet=heeds_quiet, now=now)
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


def withdraw_held(message_key: str, reason: str) -> int:
    """How many copies that waited for the end of quiet hours are cancelled: they are over.

    Call it before `recipients_sent`, so that who never got the message hears nothing of its end.
    """
    held = _held().filter(message__key=message_key)
    return move_all(
        list(held.values_list("pk", flat=True)), [State.PENDING], State.CANCELLED, reason=reason
    )


@transaction.atomic
def reschedule_held(recipient: Recipient, *, now: datetime) -> int:
    """How many held copies now wait for the end of the quiet hours as they are, or go at once."""
    over = recipient.end_of_quiet(now)
    reason = _quiet_reason(recipient, over) if over else ""
    moved = _held().filter(recipient=recipient).update(due_at=over or now, reason=reason)
    if moved:
        transaction.on_commit(wake)
    return moved


def recipients_sent(message_key: str) -> RecipientQuerySet:
    """Those whom this message or a repeat of it reached, may have reached or still may reach.

    Not those for whom it waits for the end of their quiet hours: they know nothing of it yet.
    """
    carried = Q(message__key=message_key) | Q(message__key__startswith=f"{message_key}:resend:")
    copies = Delivery.objects.filter(carried, state__in=MAYBE_REACHED)
    copies = copies.exclude(state=State.PENDING, is_held=True)
    return Recipient.objects.filter(pk__in=copies.values("recipient"))


def _add_deliveries(
    message: Message, recipients: Sequence[Recipient], *, heeds_quiet: bool, now: datetime
) -> None:
    deliveries = Delivery.objects.bulk_create(
        _delivery(message, recipient, heeds_quiet=heeds_quiet, now=now)
        for recipient in {r.pk: r for r in recipients}.values()
    )
    if message.kind in OBEYS_PAUSE and Pause.objects.filter(ended_at=None).exists():
        cancel_pending(reason="kill_switch", message=message)
    elif deliveries:
        transaction.on_commit(wake)


def _delivery(
    message: Message, recipient: Recipient, *, heeds_quiet: bool, now: datetime
) -> Delivery:
    """The row as it begins: due at once, or held until the recipient's quiet hours are over."""
    own = {"message": message, "recipient": recipient, "created_at": now}
    over = recipient.end_of_quiet(now) if heeds_quiet else None
    if over is None:
        return Delivery(**own, due_at=now, deliver_by=message.deliver_by)
    return Delivery(
        **own,
        due_at=over,
        deliver_by=message.valid_until or message.deliver_by,
        is_held=True,
        reason=_quiet_reason(recipient, over),
    )


def _held() -> QuerySet[Delivery]:
    """Copies that wait for the end of quiet hours, or have waited and are not taken up yet."""
    return Delivery.objects.filter(state=State.PENDING, is_held=True)


def _quiet_reason(recipient: Recipient, over: datetime) -> str:
    ends = over.astimezone(recipient.zone)
    return f"quiet hours until {ends:%H:%M} {recipient.time_zone}"
