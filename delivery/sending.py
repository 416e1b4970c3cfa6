"""From due rows to recorded answers, so that dying anywhere never posts a message twice.

claim (lease) -> commit `sending_at` and the body's hash -> post, outside any transaction -> record.
A row in `sending` belongs to the process that put it there: nobody takes it over. If that process
dies, its marks say whether the post had begun to leave (`delivery.leaving`): if not, the row is
pending again; else it becomes `uncertain`, because the post may have been accepted.

One thread talks to the database; the posts themselves wait side by side, each in a lane of its own.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from functools import partial
from threading import Event, Lock

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections

from delivery.channels.base import Receipt
from delivery.departures import Ready, begin
from delivery.errors import DeliveryError, MaybeLeft
from delivery.models import Delivery
from delivery.parcels import (
    BuildChannel,
    claim_parcels,
    next_chance_in,
)
from delivery.results import record_failure, record_receipt
from delivery.wiring import build_channel

Clock = Callable[[], datetime]

LANES = 32  # posts on their way at once in one process
OWN_LANES = 12  # of them one channel may have, so that two that hang leave room for a third
LOOK_AFTER = 4  # answers, or
LOOK_SECONDS = 0.5  # without one, a sender looks for more to send
TURN_SECONDS = 10.0  # a task takes up posts for so long, then lets other tasks run
PATIENCE_SECONDS = 2.0  # a patient sender waits so long for the next chance; then the sweeper does
BREATH_SECONDS = 0.05  # at least, between two looks
RECORD_SECONDS = 60.0  # how long a result is held while the database does not answer

log = structlog.get_logger(__name__)
_one_drain = Lock()  # in one process: a second drain would only take worker threads
_asked_again = Event()  # somebody wanted one meanwhile, perhaps for rows the first had not seen


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
    """How many posts were made; what is on its way when something breaks is still recorded."""
    take_up = partial(_take_up, clock=clock, kinds=kinds, build=build)
    on_their_way: dict[Future[Receipt], Ready] = {}
    stop_at = time.monotonic() + seconds
    try:
        return _take_turns(
            lanes, on_their_way, take_up=take_up, clock=clock, stop_at=stop_at, patience=patience
        )
    finally:
        for future, ready in on_their_way.items():
            _record(ready, future.result, clock=clock)


def _take_turns(
    lanes: ThreadPoolExecutor,
    on_their_way: dict[Future[Receipt], Ready],
    *,
    take_up: Callable[[Iterable[Ready]], list[Ready]],
    clock: Clock,
    stop_at: float,
    patience: float,
) -> int:
    made, answered = 0, 0
    while True:
        if time.monotonic() < stop_at and (answered >= LOOK_AFTER or not on_their_way):
            answered = 0
            for ready in take_up(on_their_way.values()):
                on_their_way[lanes.submit(ready.post_now)] = ready
                made += 1
        if not on_their_way:
            chance = next_chance_in(now=clock()) if patience else None
            pause = chance.total_seconds() if chance is not None else patience + 1.0
            if pause > patience or time.monotonic() + pause >= stop_at:
                return made
            time.sleep(max(pause, BREATH_SECONDS))
            continue
        done, _ = wait(on_their_way, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
        answered += len(done) or LOOK_AFTER
        for future in done:
            _record(on_their_way.pop(future), future.result, clock=clock)


def _take_up(
    on_their_way: Iterable[Ready],
    *,
    clock: Clock,
    kinds: Iterable[str] | None,
    build: BuildChannel,
) -> list[Ready]:
    due = Delivery.objects.due(clock())
    if kinds is not None:
        due = due.filter(message__kind__in=kinds)
    busy = Counter(ready.post.channel for ready in on_their_way)
    parcels = claim_parcels(
        due,
        most=LANES - busy.total(),
        build=build,
        now=clock(),
        room=lambda slug: OWN_LANES - busy[slug],
    )
    return begin(parcels, build=build, now=clock()) if parcels else []


def _record(ready: Ready, result: Callable[[], Receipt], *, clock: Clock) -> None:
    """Store what came of one post; a row whose result cannot be stored becomes uncertain."""
    deliveries, post = ready.parcel.deliveries, ready.post
    try:
        receipt = result()
    except DeliveryError as error:
        store = partial(record_failure, deliveries, post, error)
    except Exception as error:  # a channel is a plug-in: its mistake is logged and in doubt
        log.exception("delivery.channel_broke", channel=post.channel)
        broke = MaybeLeft("internal", f"the channel's code broke ({type(error).__name__})")
        store = partial(record_failure, deliveries, post, broke)
    else:
        store = partial(record_receipt, deliveries, post, receipt)
    try:
        _patiently(lambda: store(now=clock()))
    except Exception:  # it must not take the results of the others along
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
