"""The minute, top to bottom: ask the feeds, then move every config over its new closed bars.

A tick means "look at the clock". Each config has a watermark and is moved over every stored bar
after it, in order, however late; a lost tick, an outage and the first start are the same
catch-up. A stretch of bars and all its rows commit in one transaction, so a crash anywhere
leaves the watermark where the rows are.
"""

import time
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from audit.log import log_event
from delivery.pauses import current_pause
from markets.ingest import ingest
from markets.sessions import trading_day
from risk.guards.base import Book
from risk.models import DailyLoss
from risk.versions import ensure_settings
from signals.books import book_of
from signals.evaluation import Conditions, Progress, move
from signals.holdings import abandon
from signals.models import Run, Tick, Track
from signals.uptime import UNREAD, Uptime
from strategies.models import StrategyConfig

FIRST_HISTORY = timedelta(days=1)  # what a new config is caught up over


def tick(*, now: datetime, uptime: Uptime = UNREAD) -> Tick:
    """Ingest, evaluate every live config, and store what came of it.

    A feed or a config that fails is recorded and does not keep the others from their minute; the
    errors are raised together at the end, so nobody overlooks them. `uptime`: read beside `now`.
    """
    started = time.monotonic()
    beat = _begin(now, uptime)
    errors = _ingest(now)
    progress, failed = evaluate_live(now=now)
    errors += failed
    finished = now + timedelta(seconds=time.monotonic() - started)
    beat.finished_at = finished
    beat.bars += progress.bars
    beat.signals += len(progress.signals)
    if progress.newest_close:
        beat.lag_seconds = (finished - progress.newest_close).total_seconds()
    beat.errors = [f"{type(error).__name__}: {error}" for error in errors]
    beat.save()
    if errors:
        raise ExceptionGroup("the tick is done, but not all of it worked", errors)
    return beat


def evaluate_live(*, now: datetime) -> tuple[Progress, list[Exception]]:
    """Move every live track over its new bars; what failed comes back beside the progress."""
    progress, errors = Progress(), []
    conditions = live_conditions(now=now)
    for track in live_tracks(now=now):
        try:
            move(track.pk, conditions=conditions, progress=progress)
        except Exception as error:  # one config must not stop the rest; tick() raises it again
            log_event(
                "engine.failed",
                at=now,
                subject=f"config:{track.config_id}",
                text=f"{track.config} could not be evaluated: {type(error).__name__}: {error}",
            )
            errors.append(error)
    return progress, errors


def live_conditions(*, now: datetime) -> Conditions:
    """The live desk's clock, guards and state at `now`."""
    version = ensure_settings(by="desk", now=now)
    losses = dict(DailyLoss.objects.values_list("day", "amount"))
    pause = current_pause()

    def book_at(closed_at: datetime) -> Book:
        return book_of(pause, losses.get(trading_day(closed_at), Decimal(0)), version)

    return Conditions(
        risk_version=version,
        issued_at=lambda closed_at: now.replace(microsecond=0),
        book_at=book_at,
        max_delay=timedelta(seconds=settings.MAX_SEND_DELAY_SECONDS),
    )


@transaction.atomic
def live_tracks(*, now: datetime) -> list[Track]:
    """The live run's tracks of every enabled symbol; a config seen first gets its own.

    A config that is switched off keeps moving, so that what it holds still ends by its rules.
    What a symbol held on a feed it no longer uses ends as `data_gap`.
    """
    run, _ = Run.objects.get_or_create(kind=Run.Kind.LIVE, defaults={"started_at": now})
    known = {(track.config_id, track.feed): track for track in run.tracks.all()}
    start = now.replace(second=0, microsecond=0) - FIRST_HISTORY
    wanted = []
    for config in StrategyConfig.objects.filter(symbol__is_enabled=True).select_related("symbol"):
        track = known.pop((config.pk, config.symbol.feed), None)
        if track is None and config.is_enabled:
            track = Track.objects.create(
                run=run, config=config, feed=config.symbol.feed, starts_after=start
            )
        if track is not None:
            wanted.append(track)
    for track in known.values():
        abandon(track, now=now)
    return wanted


def _ingest(now: datetime) -> list[Exception]:
    """Ask every feed; the errors nobody foresaw, one for each symbol that had one."""
    try:
        ingest(now=now)
    except ExceptionGroup as group:
        return list(group.exceptions)
    return []


def _begin(now: datetime, uptime: Uptime) -> Tick:
    """The tick row of this interval; a second tick in it, by a second beat, shares the row."""
    interval = settings.EVALUATION_INTERVAL_SECONDS
    slot = datetime.fromtimestamp(now.timestamp() // interval * interval, tz=now.tzinfo)
    clocks = {"at": now, "uptime": uptime.seconds, "boot": uptime.boot}
    beat, _ = Tick.objects.update_or_create(slot=slot, defaults=clocks)
    return beat
