"""The live engine over stored candles with a simulated clock: a run of its own, nothing sent."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from audit.log import log_event
from markets.history import bar_open
from markets.models import Symbol
from risk.guards.base import Book
from risk.models import RiskVersion
from risk.versions import ensure_settings
from signals.evaluation import Conditions, Progress, move
from signals.models import Run, Track
from strategies.models import ConfigVersion, StrategyConfig

TICK_DELAY = timedelta(seconds=3)  # a live tick looks at the clock this long after the minute


@transaction.atomic
def begin_rehearsal(
    symbol: Symbol,
    *,
    strategies: Sequence[str],
    feed: str,
    start: datetime,
    end: datetime,
    now: datetime,
) -> Run:
    """A new run over the bars of `feed` that open in [start, end).

    It is pinned to the newest version of each config and of the risk settings, so that it stays
    the same run when resumed after they changed. ValueError when no config matches.
    """
    configs = StrategyConfig.objects.filter(symbol=symbol, strategy__in=strategies, mode="live")
    if not configs:
        raise ValueError(
            f"{symbol.code} has no live config of {', '.join(strategies)}: add one in the Admin"
        )
    versions = [config.current_version for config in configs]
    run = Run.objects.create(
        kind=Run.Kind.REHEARSAL,
        started_at=now,
        terms={
            "symbol": symbol.code,
            "feed": feed,
            "from": start.isoformat(),
            "to": end.isoformat(),
            "versions": [version.pk for version in versions],
            "risk_version": ensure_settings(by="desk", now=now).pk,
        },
    )
    before = start - timedelta(seconds=1)
    Track.objects.bulk_create(
        Track(run=run, config=version.config, feed=feed, starts_after=before)
        for version in versions
    )
    span = f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"
    text = f"Rehearsal {run.pk} of {symbol.code} on {feed}, {span}"
    log_event("rehearsal.begun", at=now, subject=f"run:{run.pk}", text=text, payload=run.terms)
    return run


def continue_rehearsal(
    run: Run, *, now: Callable[[], datetime], on_progress: Callable[[Progress], None]
) -> Progress:
    """Bring `run` to its end, from wherever it stands, and mark it finished."""
    conditions = Conditions(
        risk_version=RiskVersion.objects.get(pk=run.terms["risk_version"]),
        issued_at=lambda closed_at: closed_at + TICK_DELAY,
        book_at=lambda closed_at: Book(),
        max_delay=timedelta(seconds=settings.MAX_SEND_DELAY_SECONDS),
    )
    pinned = {
        version.config_id: version
        for version in ConfigVersion.objects.filter(pk__in=run.terms["versions"])
    }
    progress = Progress()
    end = datetime.fromisoformat(run.terms["to"])
    for track in run.tracks.order_by("pk"):
        version = pinned[track.config_id]
        last = bar_open(end - timedelta(microseconds=1), version.timeframe)
        move(
            track.pk,
            conditions=conditions,
            progress=progress,
            last=last,
            version=version,
            on_stretch=on_progress,
        )
    run.finished_at = now()
    run.save(update_fields=["finished_at"])
    return progress
