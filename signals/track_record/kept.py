"""The track record, computed once for all who ask the same, until it may be otherwise."""

import hashlib
import time
from collections.abc import Callable, Collection
from datetime import datetime

import structlog
from django.core.cache import cache
from django.db.models import Max
from django.db.models.functions import Coalesce
from redis.exceptions import RedisError

from signals.models import ParityCheck, Position, PriceSeen, Signal, Tick
from signals.track_record.asked import Asked
from signals.track_record.cuts import EVERYTHING
from signals.track_record.record import TrackRecord, track_record

log = structlog.get_logger(__name__)

KEPT = 120  # seconds; a tick makes a new one after 60
AT_WORK = 30  # seconds after which one who computes is taken for dead
LOOK = 0.05  # seconds between two looks at whether it is done


def kept_record(
    asked: Asked,
    *,
    now: datetime,
    by: Collection[str] = EVERYTHING,
    before: Callable[[], None] = lambda: None,
) -> TrackRecord:
    """`track_record`, computed once a tick for all processes, by one of those who ask at once.

    `before` is called where it must be computed; what it raises keeps that from happening.
    """
    key = _key(asked, by, _state(now))

    def compute() -> TrackRecord:
        before()
        return track_record(asked, now=now, by=by)

    try:
        return _shared(key, compute)
    except RedisError as error:  # no page fails because the cache server is away
        log.warning("the track record is computed for one reader", reason=str(error))
        return compute()


def _shared(key: str, compute: Callable[[], TrackRecord]) -> TrackRecord:
    """What is kept under `key`, or what is computed here, by one process at a time."""
    found: TrackRecord | None = cache.get(key)
    if found is not None:
        return found
    if not cache.add(f"{key}:at-work", 1, AT_WORK) and (found := _awaited(key)) is not None:
        return found
    try:
        made = compute()
        cache.set(key, made, KEPT)
        return made
    finally:
        cache.delete(f"{key}:at-work")


def _awaited(key: str) -> TrackRecord | None:
    """What another one computes just now; None when that one gave up."""
    while cache.get(f"{key}:at-work"):
        time.sleep(LOOK)
    found: TrackRecord | None = cache.get(key)
    return found


def _state(now: datetime) -> tuple[object, ...]:
    """What differs as soon as the record may: rows come and go by ticks, looks back and sends."""
    ticked = Tick.objects.exclude(finished_at=None).values_list("finished_at", flat=True).first()
    newest = (
        model._default_manager.aggregate(newest=Coalesce(Max("pk"), 0))["newest"]
        for model in (Signal, Position, ParityCheck, PriceSeen)
    )
    return now.date(), ticked, *newest


def _key(asked: Asked, by: Collection[str], state: tuple[object, ...]) -> str:
    told = repr((asked, sorted(by), state))
    return f"track-record:{hashlib.sha256(told.encode()).hexdigest()}"
