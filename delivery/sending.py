"""From due rows to recorded answers, so that dying anywhere never posts a message twice.

claim (lease) -> commit `sending_at` and the body's hash -> post, outside any transaction -> record.
A row in `sending` belongs to the process that put it there: nobody takes it over. If that process
dies, its marks say whether the post had begun to leave (`delivery.leaving`): if not, the row is
pending again; else it becomes `uncertain`, because the post may have been accepted.

One thread talks to the database; the posts themselves wait side by side, each in a lane of its own.
"""

import hashlib
import hmac
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Event, Lock

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, transaction
from django.db.models import F, Q

from delivery.channels.base import Channel, Envelope, Receipt
from delivery.doors import doors
from delivery.errors import DeliveryError, MaybeLeft, NeverLeft, Refused
from delivery.leaving import Marks, marks
from delivery.models import Delivery, Pause, Post, Recipient
from delivery.models.messages import OBEYS_PAUSE, Message
from delivery.parcels import (
    BuildChannel,
    Parcel,
    claim_parcels,
    next_chance_in,
    outgoing_of,
)
from delivery.results import record_expired, record_failure, record_receipt
from delivery.transitions import State, move, move_all
from delivery.wiring import Unconfigured, build_channel

Clock = Callable[[], datetime]

LANES = 16  # posts on their way at once in one process
STALE_SECONDS = 5.0  # between `sending_at` and the post; a longer freeze means: do not post
TURN_SECONDS = 10.0  # a task takes up posts for so long, then lets other tasks run
PATIENCE_SECONDS = 2.0  # a patient sender waits so long for the next chance; then the sweeper does
BREATH_SECONDS = 0.05  # at least, between two looks
RECORD_SECONDS = 60.0  # how long a result is held while the database does not answer

log = structlog.get_logger(__name__)
_one_drain = Lock()  # in one process: a second drain would only take worker threads
_asked_again = Event()  # somebody wanted one meanwhile, perhaps for rows the first had not seen


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
            return self.channel.post(self.envelope, doors(self._mark))
        except (NeverLeft, Refused):
            self.unmark()  # provably not accepted: that holds even if we die before it is stored
            raise

    def unmark(self) -> None:
        """Nothing about this post needs to be proved any more."""
        if self.marks is not None:
            self.marks.clear(self.post.pk)

    def _mark(self) -> None:
        if self.marks is not None:
            self.marks.mark(self.post.pk)


def send_now(delivery_id: int, *, clock: Clock, build: BuildChannel = build_channel) -> None:
    """Send this delivery if it is due, may go and nobody else has it."""
    due = Delivery.objects.filter(pk=delivery_id).due(clock())
    parcels = claim_parcels(due, most=1, build=build, now=clock())
    for ready in begin(parcels, build=build, now=clock()):
        _record(ready, ready.post_now, clock=clock)


def send_due(
    *,
    clock: Clock,
    kinds: Iterable[str] | None = None,
    build: BuildChannel = build_channel,
    seconds: float = TURN_SECONDS,
    is_patient: bool = False,
) -> bool:
    """Send what is due, oldest first; True when it is worth looking again soon. Needs no broker.

    Takes up new ones for `seconds` and then waits for those on their way. `kinds`: only these
    messages. `is_patient`: also waits for what may go in a moment, such as a first repeat. Does
    nothing while this process is at it already.
    """
    if not _one_drain.acquire(blocking=False):
        _asked_again.set()
        return False
    try:
        _asked_again.clear()
        with ThreadPoolExecutor(LANES, thread_name_prefix="lane") as lanes:
            patience = PATIENCE_SECONDS if is_patient else 0.0
            made = _drain(
                lanes, clock=clock, kinds=kinds, build=build, seconds=seconds, patience=patience
            )
        return made > 0 or _asked_again.is_set()
    finally:
        _one_drain.release()


def _drain(
    lanes: ThreadPoolExecutor,
    *,
    clock: Clock,
    kinds: Iterable[str] | None,
    build: BuildChannel,
    seconds: float,
    patience: float,
) -> int:
    """How many posts were made."""
    stop_at = time.monotonic() + seconds
    on_their_way: dict[Future[Receipt], Ready] = {}
    made = 0
    while True:
        free = LANES - len(on_their_way)
        if time.monotonic() < stop_at and (free >= LANES // 4 or not on_their_way):
            for ready in _take_up(free, clock=clock, kinds=kinds, build=build):
                on_their_way[lanes.submit(ready.post_now)] = ready
                made += 1
        if not on_their_way:
            chance = next_chance_in(now=clock()) if patience else None
            pause = chance.total_seconds() if chance is not None else patience + 1.0
            if pause > patience or time.monotonic() + pause >= stop_at:
                return made
            time.sleep(max(pause, BREATH_SECONDS))
            continue
        done, _ = wait(on_their_way, timeout=1.0, return_when=FIRST_COMPLETED)
        for future in done:
            _record(on_their_way.pop(future), future.result, clock=clock)


def _take_up(
    most: int, *, clock: Clock, kinds: Iterable[str] | None, build: BuildChannel
) -> list[Ready]:
    due = Delivery.objects.due(clock())
    if kinds is not None:
        due = due.filter(message__kind__in=kinds)
    parcels = claim_parcels(due, most=most, build=build, now=clock())
    return begin(parcels, build=build, now=clock()) if parcels else []


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
        only_if=Q(claimed_until__gt=now),
        claimed_until=None,
        sending_at=now,
        post=post,
        reason="",
        attempts_made=F("attempts_made") + 1,
    )
    if is_ours < len(parcel.ids):  # the lease ended: the sweeper has them, or will
        move_all(parcel.ids, [State.SENDING], State.PENDING)
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


def _record(ready: Ready, result: Callable[[], Receipt], *, clock: Clock) -> None:
    """Store what came of one post; a row whose result cannot be stored becomes uncertain."""
    deliveries, post = ready.parcel.deliveries, ready.post
    try:
        receipt = result()
    except DeliveryError as error:
        store = partial(record_failure, deliveries, post, error)
    except Exception as error:
        log.exception("delivery.channel_broke", channel=post.channel)
        broke = MaybeLeft("internal", f"the channel's code broke ({type(error).__name__})")
        store = partial(record_failure, deliveries, post, broke)
    else:
        store = partial(record_receipt, deliveries, post, receipt)
    try:
        _patiently(lambda: store(now=clock()))
    except Exception:
        log.exception("delivery.result_lost", post=post.pk)
        return
    ready.unmark()


def _patiently(store: Callable[[], None]) -> None:
    """Call `store` until the database takes it; a repeat moves nothing twice."""
    give_up_at = time.monotonic() + RECORD_SECONDS
    while True:
        try:
            return store()
        except (OperationalError, InterfaceError):
            if time.monotonic() > give_up_at:
                raise
            close_old_connections()
            time.sleep(0.5)


def body_hmac(body: bytes) -> str:
    """HMAC-SHA256 of a body under the desk's secret, hex: proves later what was posted."""
    return hmac.new(settings.SECRET_KEY.encode(), body, hashlib.sha256).hexdigest()
