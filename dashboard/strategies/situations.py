"""What the desk knows of each config at this moment: nine queries, however many there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from dashboard.strategies.decisions import for_list
from markets.models import FeedHealth, Symbol
from risk.guards.base import Book, Guard
from risk.models import RiskVersion
from risk.versions import ensure_settings
from signals.books import book_now
from signals.models import Position, Run, Signal, Track
from signals.readings import Reading, reading_of
from strategies.base import Strategy
from strategies.models import ConfigVersion
from strategies.registry import STRATEGIES

BY_SYMBOL = ("config__symbol__code", "config__strategy", "config__timeframe", "config__mode")


@dataclass(frozen=True, kw_only=True)
class Situation:
    """One config with everything that decides whether it signals now."""

    version: ConfigVersion
    strategy: Strategy | None
    fault: str = ""  # why there is no strategy
    reading: Reading | None = None
    held: Position | None = None
    feed: FeedHealth | None = None
    last: Signal | None = None
    guards: tuple[Guard, ...]
    book: Book

    @property
    def symbol(self) -> Symbol:
        return self.version.config.symbol


def situations(
    versions: "QuerySet[ConfigVersion]", *, now: datetime, live: Run | None
) -> list[Situation]:
    """Each of the current `versions`, by symbol; `live` is the live run, if there is one."""
    newest = Signal.objects.filter(run=live, config=OuterRef("config")).order_by("-bar_time")
    found = versions.defer("config__parameters").annotate(last_id=Subquery(newest.values("pk")[:1]))
    rows = list(found.order_by(*BY_SYMBOL))
    tracks = {(track.config_id, track.feed): track for track in _tracks(rows, live)}
    held = _held(tracks.values())
    feeds = _feeds(rows)
    last = for_list().in_bulk([row.last_id for row in rows if row.last_id])
    risk = RiskVersion.objects.first() or ensure_settings(by="desk", now=now)
    guards, book = tuple(risk.build()), book_now(risk, now=now)
    return [
        _situation(
            row,
            track=tracks.get((row.config_id, row.config.symbol.feed)),
            held=held,
            feed=feeds.get(row.config.symbol_id),
            last=last.get(row.last_id),
            guards=guards,
            book=book,
        )
        for row in rows
    ]


def _situation(
    version: ConfigVersion, *, track: Track | None, held: dict[int, Position], **known: Any
) -> Situation:
    strategy, fault = strategy_of(version)
    return Situation(
        version=version,
        strategy=strategy,
        fault=fault,
        reading=reading_of(track.reading) if track else None,
        held=held.get(track.pk) if track else None,
        **known,
    )


def live_run() -> Run | None:
    """The run of the live desk; None before its first tick."""
    return Run.objects.filter(kind=Run.Kind.LIVE).first()


def strategy_of(version: ConfigVersion) -> tuple[Strategy | None, str]:
    """The strategy as this version sets it, or why today's code cannot run it."""
    slug = version.snapshot["strategy"]
    if slug not in STRATEGIES:
        return None, f"the desk no longer has a strategy {slug}"
    try:
        return version.build(), ""
    except ValueError as error:
        return None, str(error)


def _tracks(rows: Iterable[ConfigVersion], live: Run | None) -> "QuerySet[Track]":
    return Track.objects.filter(run=live, config__in=[row.config_id for row in rows])


def _held(tracks: Iterable[Track]) -> dict[int, Position]:
    """What each track holds; one that leaves at the next open is held no more."""
    running = Position.objects.filter(track__in=list(tracks)).exclude(state=Position.State.CLOSED)
    rows = running.exclude(state=Position.State.LEAVING).select_related("signal")
    rows = rows.defer("signal__evidence", "signal__refusals")
    return {row.track_id: row for row in rows}


def _feeds(rows: Iterable[ConfigVersion]) -> dict[int, FeedHealth]:
    symbols = {row.config.symbol_id for row in rows}
    found = FeedHealth.objects.filter(symbol__in=symbols, feed=F("symbol__feed"))
    return {health.symbol_id: health for health in found}
