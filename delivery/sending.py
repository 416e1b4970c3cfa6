"""From a due row to a recorded answer, so that dying anywhere never posts a message twice.

claim (lease) -> commit `sending_at` and the body's hash -> post, outside any transaction -> record.
A row in `sending` belongs to the process that put it there: nobody takes it over. If that process
dies, the row becomes `uncertain`, because the post may have been accepted.
"""

import hashlib
import hmac
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from delivery.channels.base import Channel, Outgoing, Receipt
from delivery.errors import DeliveryError, NeverLeft
from delivery.http import TOTAL_SECONDS
from delivery.models import Delivery, Pause, Post, Recipient
from delivery.models.messages import OBEYS_PAUSE
from delivery.results import record_expired, record_failure, record_receipt
from delivery.transitions import State, move
from delivery.wiring import build_channel

Clock = Callable[[], datetime]

LEASE = timedelta(seconds=3 * TOTAL_SECONDS)
STALE_SECONDS = 5.0  # between `sending_at` and the post; a longer freeze means: do not post
BATCH = 200  # rows one sweep sends
SEND_DUE_SECONDS = 45.0  # one sweep sends for at most this long


def send_now(
    delivery_id: int, *, clock: Clock, build: Callable[[str], Channel] = build_channel
) -> None:
    """Send this delivery if it is due and nobody else has it."""
    if claim(delivery_id, now=clock()):
        send_claimed(delivery_id, clock=clock, build=build)


def send_due(
    *,
    clock: Clock,
    limit: int = BATCH,
    build: Callable[[str], Channel] = build_channel,
) -> int:
    """How many due deliveries were taken up, oldest first; needs no broker."""
    stop_at = time.monotonic() + SEND_DUE_SECONDS
    for taken in range(limit):
        delivery_id = claim_next(now=clock()) if time.monotonic() < stop_at else None
        if delivery_id is None:
            return taken
        send_claimed(delivery_id, clock=clock, build=build)
    return limit


def claim(delivery_id: int, *, now: datetime) -> bool:
    """True if this caller, and no other, may send the delivery until its lease is over."""
    is_due = Q(due_at__lte=now, deliver_by__gt=now)
    return move(
        delivery_id, [State.PENDING], State.CLAIMED, only_if=is_due, claimed_until=now + LEASE
    )


@transaction.atomic
def claim_next(*, now: datetime) -> int | None:
    """The longest-due delivery, claimed; PostgreSQL skips rows that others are claiming."""
    due = Delivery.objects.due(now).order_by("due_at", "pk")
    delivery_id = due.select_for_update(skip_locked=True).values_list("pk", flat=True).first()
    if delivery_id is None or not claim(delivery_id, now=now):
        return None
    return delivery_id


def send_claimed(delivery_id: int, *, clock: Clock, build: Callable[[str], Channel]) -> None:
    """Post a claimed delivery and record what came of it."""
    delivery = Delivery.objects.for_sending().get(pk=delivery_id)
    channel = build(delivery.recipient.channel)
    body = channel.compose(outgoing(delivery, now=clock()))
    begun = time.monotonic()
    post = begin(delivery, body, now=clock())
    if post is None:
        return
    try:
        receipt = _post(channel, body, begun)
    except DeliveryError as error:
        record_failure(delivery, post, error, now=clock())
    else:
        record_receipt(delivery, post, receipt, now=clock())


@transaction.atomic
def begin(delivery: Delivery, body: bytes, *, now: datetime) -> Post | None:
    """The stored post, its delivery now in `sending`; None when it must not be sent any more."""
    if now >= delivery.deliver_by:
        if move(delivery.pk, [State.CLAIMED], State.PENDING):
            record_expired(delivery, now=now)
        return None
    reason = _veto(delivery)
    if reason:
        if move(delivery.pk, [State.CLAIMED], State.PENDING):
            move(delivery.pk, [State.PENDING], State.CANCELLED, reason=reason)
        return None
    post = Post.objects.create(
        channel=delivery.recipient.channel, body_hmac=body_hmac(body), created_at=now
    )
    is_ours = move(
        delivery.pk,
        [State.CLAIMED],
        State.SENDING,
        only_if=Q(claimed_until__gt=now),
        claimed_until=None,
        sending_at=now,
        post=post,
        reason="",
        attempts_made=F("attempts_made") + 1,
    )
    if not is_ours:
        post.delete()
        return None
    return post


def outgoing(delivery: Delivery, *, now: datetime) -> Outgoing:
    """What the channel gets to see of `delivery`."""
    recipient = delivery.recipient
    return Outgoing(
        delivery_id=str(delivery.public_id),
        address=recipient.address,
        text=delivery.message.text,
        title=delivery.message.title,
        language=recipient.language,
        window_open=recipient.window_open(now),
        as_template=delivery.as_template,
    )


def body_hmac(body: bytes) -> str:
    """HMAC-SHA256 of a body under the desk's secret, hex: proves later what was posted."""
    return hmac.new(settings.SECRET_KEY.encode(), body, hashlib.sha256).hexdigest()


def _post(channel: Channel, body: bytes, begun: float) -> Receipt:
    if time.monotonic() - begun > STALE_SECONDS:
        raise NeverLeft("stale", "the sender was frozen before the post")
    return channel.post(body)


def _veto(delivery: Delivery) -> str:
    """Why nothing may be sent to this recipient now; empty when it may."""
    if delivery.message.kind in OBEYS_PAUSE and Pause.objects.filter(ended_at=None).exists():
        return "kill_switch"
    is_reachable = Recipient.objects.reachable().filter(pk=delivery.recipient_id).exists()
    return "" if is_reachable else "recipient_paused"
