"""What every config of a symbol made of a moment, computed again, beside what was recorded."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dashboard.why.asking import Asked
from dashboard.why.computing import Computed, computed, spoken_of
from dashboard.why.obstacles import (
    AHEAD,
    Span,
    absent,
    came_late,
    cannot,
    not_begun,
    span_at,
    unreached,
)
from dashboard.why.reasons import Reason
from dashboard.why.records import Record, record, stored_signals
from dashboard.why.verdict import Verdict
from markets.frames import Timeframe
from signals.models import Run, Track
from signals.parity.one_bar import why_otherwise
from signals.replay import Minute, Replay, load
from strategies.models import Mode, StrategyConfig
from strategies.registry import STRATEGIES
from strategies.wording import title_of

UNKNOWN = Verdict("unknown")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Why a config did or did not signal on one bar; `found` None: it was not evaluated."""

    config: int
    slug: str
    title: str
    timeframe: str
    is_shadow: bool
    feed: str
    span: Span
    reason: Reason
    record: Record
    found: Computed | None = None

    @property
    def verdict(self) -> Verdict:
        return self.found.verdict if self.found else UNKNOWN


@dataclass(frozen=True)
class Again:
    """A bar computed again, and what it was made from."""

    replay: Replay
    minute: Minute


def answers(asked: Asked, *, now: datetime) -> tuple[Answer, ...]:
    """The answers of the configs on the bar that closed last by the moment asked about.

    A rehearsal has answers for the configs it walked alone.
    """
    configs = StrategyConfig.objects.filter(symbol=asked.symbol).select_related("symbol")
    if asked.strategy:
        configs = configs.filter(strategy=asked.strategy)
    tracks = tracks_at(asked.run, configs, asked.at)
    is_live = asked.run is None or asked.run.kind == Run.Kind.LIVE
    wanted = [config for config in configs if is_live or config.pk in tracks]
    return tuple(answer(config, tracks.get(config.pk), at=asked.at, now=now) for config in wanted)


def tracks_at(run: Run | None, configs: Iterable[StrategyConfig], at: datetime) -> dict[int, Track]:
    """The track of each config that walked the bars of the moment: its newest that began before.

    A config whose symbol changed its feed has one for each.
    """
    rows = Track.objects.filter(run=run, config__in=configs)
    found: dict[int, Track] = {}
    for track in rows.select_related("run", "config__symbol").order_by("starts_after", "pk"):
        if track.config_id not in found or track.starts_after < at:
            found[track.config_id] = track
    return found


def answer(config: StrategyConfig, track: Track | None, *, at: datetime, now: datetime) -> Answer:
    """What `config` made of its bar that closed last by `at`."""
    span = span_at(at, timeframe_at(config, track, at))
    about = _about(config, track, span)
    again = _again(config, track, span, now)
    if track is None or isinstance(again, Reason):
        reason = again if isinstance(again, Reason) else AHEAD
        stored = stored_signals(track, {span.opened_at}) if track else {}
        untold = record(stored.get(span.opened_at), None, is_known=False)
        return Answer(**about, reason=reason, record=untold)
    stored = stored_signals(track, spoken_of(again.minute))
    signal = stored.get(span.opened_at)
    found = computed(again.minute, stored, run=track.run)
    kept = record(signal, found.facts, is_known=True, also=found.unequal)
    if not kept.agrees:
        found_why = why_otherwise(again.replay, again.minute, signal)
        kept = replace(kept, causes=tuple(each.text for each in found_why))
    return Answer(**about, reason=found.reason, record=kept, found=found)


def timeframe_at(config: StrategyConfig, track: Track | None, at: datetime) -> Timeframe:
    """The bars `config` decided on at `at`: as its journal has them, else as they are set now."""
    if track is not None:
        rows = track.journal.filter(first_bar__lt=at).select_related("config_version")
        if row := rows.order_by("-first_bar").first():
            return row.config_version.timeframe
    return Timeframe(config.timeframe)


def _about(config: StrategyConfig, track: Track | None, span: Span) -> dict[str, Any]:
    return {
        "config": config.pk,
        "slug": config.strategy,
        "title": title_of(config.strategy),
        "timeframe": str(span.timeframe),
        "is_shadow": config.mode == Mode.SHADOW,
        "feed": track.feed if track else config.symbol.feed,
        "span": span,
    }


def _again(
    config: StrategyConfig, track: Track | None, span: Span, now: datetime
) -> Again | Reason:
    """The bar computed again, or why that cannot be."""
    if span.closed_at > now:
        return AHEAD
    told = not_begun(config, track, span)
    if track is None or told:
        return told or AHEAD
    told = absent(config.symbol, feed=track.feed, span=span)
    told = told or unreached(track, span) or came_late(track, span)
    if told:
        return told
    if config.strategy not in STRATEGIES:
        return cannot(f"the desk no longer has a strategy {config.strategy}")
    try:
        replay = load(track, span.opened_at, span.opened_at)
        minutes = list(replay.minutes())
    except ValueError as error:  # settings that today's code refuses
        return cannot(str(error))
    return Again(replay, minutes[-1]) if minutes else cannot("nothing tells which settings it had")
