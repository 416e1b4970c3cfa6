"""Moving one config over its new closed bars: read, decide, fold, record, commit.

The live tick and the rehearsal both call `move`; they differ in the `Conditions` they lend.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import pandas as pd
from django.db import transaction

from markets.history import bars_after
from markets.models import calendar_of
from risk.guards.base import Book
from risk.models import RiskVersion
from risk.positions import candidate_at
from risk.states import Terms
from risk.tape import tape
from signals.evidence import evidence_at
from signals.journal import JournalKeeper, terms_now
from signals.ledger import Ledger, Moment
from signals.models import Run, Signal, Track
from signals.readings import reading_json
from signals.walking import Rules, step
from strategies.base import Strategy
from strategies.models import ConfigVersion

STRETCH = 500  # bars a transaction


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """What a run lends every bar: its clock, its guards and the desk's state beside the bars."""

    risk_version: RiskVersion
    issued_at: Callable[[datetime], datetime]  # a bar's close -> when its decision was made
    book_at: Callable[[datetime], Book]  # a bar's close -> what its guards read
    max_delay: timedelta


@dataclass(kw_only=True)
class Progress:
    """What moving one or more tracks came to."""

    bars: int = 0
    signals: list[Signal] = field(default_factory=list)
    newest_close: datetime | None = None


def move(
    track_id: int,
    *,
    conditions: Conditions,
    progress: Progress,
    until: datetime | None = None,
    version: ConfigVersion | None = None,
    on_stretch: Callable[[Progress], None] = lambda progress: None,
) -> None:
    """Move one track over all its new bars before `until`, a stretch a transaction.

    `version` pins a rehearsal to the settings it began with; None takes the current ones.
    """
    while _stretch(track_id, conditions, progress, until, version) == STRETCH:
        on_stretch(progress)


@transaction.atomic
def _stretch(
    track_id: int,
    conditions: Conditions,
    progress: Progress,
    until: datetime | None,
    pinned: ConfigVersion | None,
) -> int:
    """Evaluate and commit up to STRETCH new bars; how many there were."""
    track = Track.objects.select_for_update().get(pk=track_id)
    version = pinned or track.config.current_version
    strategy = version.build()
    bars = bars_after(
        track.config.symbol,
        feed=track.feed,
        timeframe=version.timeframe,
        after=track.watermark,
        warmup=strategy.warmup,
        limit=STRETCH,
        until=until,
    )
    start = int(bars.index.searchsorted(pd.Timestamp(track.watermark), side="right"))
    if start == len(bars):
        return 0
    ledger = Ledger(
        track=track,
        version=version,
        risk_version=conditions.risk_version,
        max_delay=conditions.max_delay,
    )
    newest_close = _walk(ledger, strategy, bars, start, conditions)
    progress.bars += len(bars) - start
    progress.signals += ledger.recorded
    progress.newest_close = max(progress.newest_close or newest_close, newest_close)
    return len(bars) - start


def _walk(
    ledger: Ledger, strategy: Strategy, bars: pd.DataFrame, start: int, conditions: Conditions
) -> datetime:
    """Fold the bars from row `start` on into the ledger; the close of the last one."""
    version = ledger.version
    decisions = strategy.decisions(bars)
    journal = keeper(ledger)
    terms = terms_of(version, strategy, feed=ledger.track.feed)
    rules = Rules(terms, conditions.risk_version.build(), may_enter(version, ledger.track.run))
    saw = partial(evidence_at, warmup=strategy.warmup, code=journal.code, settings=journal.settings)
    state = ledger.load()
    rows = tape(bars, decisions, bar_length=terms.bar_length, start=start)
    for row, (bar, decision) in enumerate(rows, start):
        book = conditions.book_at(bar.close_time)
        state, happened = step(state, bar, decision, rules=rules, book=book)
        journal.add(bar, state.hole)
        evidence = partial(saw, row, bars, decisions)
        for happening in happened:
            issued_at = conditions.issued_at(bar.close_time)
            moment = Moment(bar=bar, issued_at=issued_at, book=book, evidence=evidence)
            ledger.record(happening, moment)
    ledger.track.reading = reading_json(
        row,
        bars,
        decisions,
        closed_at=bar.close_time,
        warmup=strategy.warmup,
        candidate=candidate_at("BUY", bar, decision, terms, state.hole),
    )
    journal.save()
    ledger.save(state)
    return bar.close_time


def keeper(ledger: Ledger) -> JournalKeeper:
    """The journal of what `ledger` records."""
    return JournalKeeper(
        track=ledger.track,
        version=ledger.version,
        risk_version=ledger.risk_version,
        terms=terms_now(ledger.track, max_delay=ledger.max_delay),
    )


def may_enter(version: ConfigVersion, run: Run) -> bool:
    """Whether new positions may be opened: a rehearsal asks "what if" of what is switched off."""
    return bool(version.snapshot["is_enabled"]) or run.kind != Run.Kind.LIVE


def terms_of(version: ConfigVersion, strategy: Strategy, *, feed: str) -> Terms:
    """What the fold needs of a config version, its symbol and the calendar of its bars' feed."""
    symbol, timeframe = version.config.symbol, version.timeframe
    return Terms(
        symbol=symbol.code,
        pip=symbol.pip,
        digits=symbol.digits,
        bar_length=timeframe.delta,
        rule=version.level_rule(),
        expiry_minutes=version.expiry_bars * timeframe.minutes,
        calendar=calendar_of(feed),
        min_confidence=version.min_confidence,
        trails=strategy.trails,
    )
