"""The minute, top to bottom: ask the feeds, then move every config over its new closed bars.

A tick means "look at the clock". Each config has a watermark and is moved over every stored bar
after it, in order, however late; a lost tick, an outage and the first start are the same
catch-up. A stretch of bars and all its rows commit in one transaction, so a crash anywhere
leaves the watermark where the rows are.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import islice

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q

from delivery.pauses import current_pause
from markets.ingest import ingest
from markets.models import Symbol
from markets.sessions import trading_day
from risk.guards.base import Book
from risk.models import DailyLoss
from risk.versions import ensure_settings
from signals.books import book_of
from signals.evaluation import Conditions, Progress
from signals.ledger import abandon
from signals.models import Position, Run, Tick, Track
from signals.shards import move_shard
from signals.uptime import UNREAD, Uptime
from strategies.models import StrategyConfig

FIRST_HISTORY = timedelta(days=1)  # what a new config is caught up over
SHARD = 250  # symbols moved in one transaction
HandOut = Callable[[int, Sequence[int]], None]  # (tick id, symbol ids)


def tick(*, now: datetime, uptime: Uptime = UNREAD, hand_out: HandOut | None = None) -> Tick:
    """Ingest, evaluate every live config, and store what came of it.

    A feed or a config that fails is recorded and does not keep the others from their minute; the
    errors are raised together at the end, so nobody overlooks them. `uptime`: read beside `now`.
    `hand_out` takes the shards of a desk that has several, where the database lets them write side
    by side; each then ends by itself, and the last one finishes the tick.
    """
    started = time.monotonic()
    groups = shards(now=now)
    beat = _begin(now, uptime, len(groups))
    if hand_out and len(groups) > 1 and connection.features.has_select_for_update:
        for symbol_ids in groups:
            hand_out(beat.pk, symbol_ids)
        return beat
    errors: list[Exception] = []
    for symbol_ids in groups or [()]:
        took = timedelta(seconds=time.monotonic() - started)
        errors += work_shard(beat.pk, symbol_ids, now=now, waited=took)
    if errors:
        raise ExceptionGroup("the tick is done, but not all of it worked", errors)
    return Tick.objects.get(pk=beat.pk)


def work_shard(
    beat_id: int, symbol_ids: Sequence[int], *, now: datetime, waited: timedelta = timedelta()
) -> list[Exception]:
    """One shard's part of a tick, added to the tick's row; what failed comes back.

    `waited`: how long after `now` it begins.
    """
    started = time.monotonic()
    errors = _ingest(symbol_ids, now)
    progress = Progress()
    conditions = live_conditions(now=now)
    errors += move_shard(symbol_ids, conditions=conditions, progress=progress, now=now)
    finished = now + waited + timedelta(seconds=time.monotonic() - started)
    _add(beat_id, progress, errors, finished=finished)
    return errors


def shards(*, now: datetime) -> list[tuple[int, ...]]:
    """Ids of the enabled symbols, SHARD together; every config that is new has its track then."""
    prepare_tracks(now=now)
    enabled = Symbol.objects.enabled().values_list("pk", flat=True)
    return list(batched(enabled, SHARD))


def live_conditions(*, now: datetime) -> Conditions:
    """The live desk's clock, guards and state at `now`."""
    version = ensure_settings(by="desk", now=now)
    losses = dict(DailyLoss.objects.values_list("day", "amount"))
    pause = current_pause()

    @cache  # most bars of a tick close at the same time
    def book_at(closed_at: datetime) -> Book:
        return book_of(pause, losses.get(trading_day(closed_at), Decimal(0)), version)

    return Conditions(
        risk_version=version,
        issued_at=lambda closed_at: now.replace(microsecond=0),
        book_at=book_at,
        max_delay=timedelta(seconds=settings.MAX_SEND_DELAY_SECONDS),
    )


@transaction.atomic
def prepare_tracks(*, now: datetime) -> None:
    """Give each enabled config seen first its own track in the live run.

    A config that is switched off keeps moving, so that what it holds still ends by its rules.
    What a symbol held on a feed it no longer uses ends as `data_gap`.
    """
    run, _ = Run.objects.get_or_create(kind=Run.Kind.LIVE, defaults={"started_at": now})
    start = now.replace(second=0, microsecond=0) - FIRST_HISTORY
    own = Track.objects.filter(run=run, config=OuterRef("pk"), feed=OuterRef("symbol__feed"))
    runs = StrategyConfig.objects.filter(is_enabled=True, symbol__is_enabled=True)
    for config in runs.exclude(Exists(own)).select_related("symbol"):
        Track.objects.create(run=run, config=config, feed=config.symbol.feed, starts_after=start)
    followed = Q(config__symbol__is_enabled=True, config__symbol__feed=F("feed"))
    holding = Position.objects.filter(track=OuterRef("pk")).exclude(state=Position.State.CLOSED)
    for track in run.tracks.exclude(followed).filter(Exists(holding)):
        abandon(track, now=now)


def batched(ids: Iterable[int], size: int) -> Iterator[tuple[int, ...]]:
    """`ids` in groups of `size`, the last one shorter."""
    left = iter(ids)
    while group := tuple(islice(left, size)):
        yield group


def _ingest(symbol_ids: Sequence[int], now: datetime) -> list[Exception]:
    """Ask the feeds of these; the errors nobody foresaw, one for each symbol that had one."""
    try:
        ingest(now=now, symbols=Symbol.objects.enabled().filter(pk__in=symbol_ids))
    except ExceptionGroup as group:
        return list(group.exceptions)
    return []


def _begin(now: datetime, uptime: Uptime, parts: int) -> Tick:
    """The tick row of this interval; a second tick in it, by a second beat, shares the row."""
    interval = settings.EVALUATION_INTERVAL_SECONDS
    slot = datetime.fromtimestamp(now.timestamp() // interval * interval, tz=now.tzinfo)
    clocks = {"at": now, "uptime": uptime.seconds, "boot": uptime.boot, "shards_left": parts}
    beat, _ = Tick.objects.update_or_create(slot=slot, defaults=clocks)
    return beat


@transaction.atomic
def _add(
    beat_id: int, progress: Progress, errors: Sequence[Exception], *, finished: datetime
) -> None:
    """Add what one shard came to; the last one finishes the tick."""
    beat = Tick.objects.select_for_update().get(pk=beat_id)
    beat.bars += progress.bars
    beat.signals += len(progress.signals)
    if progress.newest_close:
        lag = (finished - progress.newest_close).total_seconds()
        beat.lag_seconds = max(lag, beat.lag_seconds or lag)
    beat.errors = [*beat.errors, *(f"{type(error).__name__}: {error}" for error in errors)]
    beat.shards_left = max(0, beat.shards_left - 1)
    if not beat.shards_left:
        beat.finished_at = finished
    beat.save()
