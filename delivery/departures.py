"""From claimed rows to posts that may leave: all that is stored before a byte goes out."""

import hashlib
import hmac
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from delivery.channels.base import Channel, Envelope, Receipt
from delivery.doors import doors
from delivery.errors import NeverLeft, Refused
from delivery.leaving import Marks, marks
from delivery.models import Delivery, Pause, Post, Recipient
from delivery.models.messages import OBEYS_PAUSE, Message
from delivery.parcels import BuildChannel, Parcel, outgoing_of
from delivery.recovery import NO_RESULT_AFTER
from delivery.results import record_expired
from delivery.transitions import State, move, move_all
from delivery.wiring import Unconfigured

STALE_SECONDS = 5.0  # between `sending_at` and the post; a longer freeze means: do not post
LEAVES_WITHIN = NO_RESULT_AFTER.total_seconds() - 2.0  # then a sweeper settles it without us

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A parcel that is in `sending`: its post is stored and may leave."""

    parcel: Parcel
    post: Post
    envelope: Envelope
    channel: Channel
    begun: float  # monotonic seconds
    marks: Marks | None  # None where a dead sender's marks would prove nothing

    def post_now(self) -> Receipt:
        """The receipt; runs in a lane and touches no row."""
        if time.monotonic() - self.begun > STALE_SECONDS:
            raise NeverLeft("stale", "the sender was frozen before the post")
        try:
            return self.channel.post(self.envelope, doors(self.leave))
        except (NeverLeft, Refused):
            self.unmark()  # provably not accepted: that holds even if we die before it is stored
            raise

    def unmark(self) -> None:
        """Nothing about this post needs to be proved any more."""
        if self.marks is not None:
            self.marks.clear(self.post.pk)

    def leave(self) -> None:
        """From here on nobody can say that it never left; raises NeverLeft where it must not."""
        if time.monotonic() - self.begun > LEAVES_WITHIN:
            raise NeverLeft("stale", "the sender was frozen before the first byte")
        if self.marks is not None:
            self.marks.mark(self.post.pk)


@transaction.atomic
def begin(parcels: Iterable[Parcel], *, build: BuildChannel, now: datetime) -> list[Ready]:
    """The stored posts, their deliveries now in `sending`; what must not go any more is left out.

    Reads the kill switch and the recipients' consent in the transaction that stores `sending_at`.
    """
    is_paused = Pause.objects.filter(ended_at=None).exists()
    wanted = list(parcels)
    reachable = Recipient.objects.filter(pk__in=[parcel.recipient.pk for parcel in wanted])
    fresh = {recipient.pk: recipient for recipient in reachable}
    begun: list[Ready] = []
    for parcel in wanted:
        recipient = fresh[parcel.recipient.pk]
        going = [d for d in parcel.deliveries if _may_go(d, recipient, is_paused, now=now)]
        if going:
            begun += _begin_one(Parcel(tuple(going)), build(recipient.channel), now=now)
    return begun


def _may_go(delivery: Delivery, recipient: Recipient, is_paused: bool, *, now: datetime) -> bool:
    """Whether it may be posted at `now`; if not, its row says why."""
    delivery.recipient = recipient
    veto = _veto(delivery, recipient, is_paused)
    if now < delivery.deliver_by and not veto:
        return True
    if move(delivery.pk, [State.CLAIMED], State.PENDING):
        if veto:
            move(delivery.pk, [State.PENDING], State.CANCELLED, reason=veto)
        else:
            record_expired(delivery, now=now)
    return False


def _veto(delivery: Delivery, recipient: Recipient, is_paused: bool) -> str:
    """Why nothing may be sent to this recipient now; empty when it may."""
    if is_paused and delivery.message.kind in OBEYS_PAUSE:
        return "kill_switch"
    if delivery.message.kind == Message.Kind.CONSENT or recipient.is_reachable:
        return ""  # whoever opts out is told so once
    return "opted_out" if recipient.opted_out_at else "recipient_paused"


def _begin_one(parcel: Parcel, channel: Channel, *, now: datetime) -> list[Ready]:
    channel, envelope = _composed(parcel, channel, now=now)
    own_marks = marks(settings.OUTGOING_DIR)
    post = Post.objects.create(
        channel=parcel.recipient.channel,
        body_hmac=body_hmac(envelope.body),
        sender=own_marks.name if own_marks else "",
        created_at=now,
    )
    is_ours = move_all(
        parcel.ids,
        [State.CLAIMED],
        State.SENDING,
        only_if=Q(claimed_until=parcel.deliveries[0].claimed_until, claimed_until__gt=now),
        claimed_until=None,
        sending_at=now,
        post=post,
        reason="",
        attempts_made=F("attempts_made") + 1,
    )
    if is_ours < len(parcel.ids):  # the lease ended: the sweeper has them, or somebody else
        move_all(parcel.ids, [State.SENDING], State.PENDING, only_if=Q(post=post))
        post.delete()
        return []
    begun = time.monotonic()
    return [
        Ready(
            parcel=parcel,
            post=post,
            envelope=envelope,
            channel=channel,
            begun=begun,
            marks=own_marks,
        )
    ]


def _composed(parcel: Parcel, channel: Channel, *, now: datetime) -> tuple[Channel, Envelope]:
    """The channel and its post; one it cannot compose fails by itself and holds up nobody else."""
    try:
        return channel, channel.compose(outgoing_of(parcel.deliveries, now=now))
    except Exception as error:
        log.exception("delivery.compose_failed", channel=channel.slug)
        text = f"the channel's code could not compose it ({type(error).__name__}): see the log"
        return Unconfigured(refusal=Refused("internal", text)), Envelope(body=b"")


def body_hmac(body: bytes) -> str:
    """HMAC-SHA256 of a body under the desk's secret, hex: proves later what was posted."""
    return hmac.new(settings.SECRET_KEY.encode(), body, hashlib.sha256).hexdigest()
