"""Moving one config over its new closed bars: read, decide, fold, record, commit.

The live tick and the rehearsal both call `move`; they differ in the `Conditions` they lend. A tick
moves many configs at once (`signals.shards`): the same `walk`, read and written together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pandas as pd
from django.db import transaction

from markets.history import bars_after
from markets.models import calendar_of
from markets.sessions import Calendar
from risk.deciding_code import running_code
from risk.entries import candidate_at
from risk.guards.base import Book
from risk.models import RiskVersion
from risk.states import Happening, State, Terms
from risk.walking import Rules, step
from signals.account import Account, Moment
from signals.deciding import Decided, decided_alone
from signals.evidence import evidence_at
from signals.holdings import held_of
from signals.journal import JournalKeeper, newest_row, save_rows, settings_hash, terms_now
from signals.ledger import Ledger, rows_of, stand, state_of
from signals.models import Run, Signal, Track
from signals.readings import reading_json
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

    def add(self, bars: int, signals: Sequence[Signal], newest_close: datetime) -> None:
        """Count what one track came to."""
        self.bars += bars
        self.signals += signals
        self.newest_close = max(self.newest_close or newest_close, newest_close)


def move(
    track_id: int,
    *,
    conditions: Conditions,
    progress: Progress,
    last: datetime | None = None,
    version: ConfigVersion | None = None,
    on_stretch: Callable[[Progress], None] = lambda progress: None,
) -> None:
    """Move one track over all its new bars up to `last`, a stretch a transaction.

    `version` pins a rehearsal to the settings it began with; None takes the current ones.
    """
    while _stretch(track_id, conditions, progress, last, version) == STRETCH:
        on_stretch(progress)


@transaction.atomic
def _stretch(
    track_id: int,
    conditions: Conditions,
    progress: Progress,
    last: datetime | None,
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
        last=last,
    )
    start = int(bars.index.searchsorted(pd.Timestamp(track.watermark), side="right"))
    if start == len(bars):
        return 0
    account = Account(
        track=track,
        version=version,
        risk_version=conditions.risk_version,
        max_delay=conditions.max_delay,
        rows=rows_of([track.pk])[track.pk],
    )
    journal = keeper(account)
    walked = walk(
        state_of(track, map(held_of, account.rows.values())),
        decided_alone(strategy, bars, start, bar_length=version.timeframe.delta),
        strategy=strategy,
        rules=Rules(
            terms_of(version, strategy, feed=track.feed),
            conditions.risk_version.build(),
            may_enter(version, track.run),
        ),
        conditions=conditions,
        journal=journal,
    )
    ledger = Ledger()
    ledger.take(account, walked.happened, walked.state)
    signals = ledger.flush()
    save_rows(journal.rows)
    stand(track, walked.state)
    track.reading = walked.reading
    track.save()
    progress.add(walked.bars, signals, walked.newest_close)
    return walked.bars


@dataclass(frozen=True, kw_only=True)
class Walked:
    """What the fold made of some bars; nothing of it is stored yet."""

    bars: int
    state: State
    happened: list[tuple[Happening, Moment]]
    reading: dict[str, Any]  # of the last bar
    newest_close: datetime


def walk(
    state: State,
    decided: Decided,
    *,
    strategy: Strategy,
    rules: Rules,
    conditions: Conditions,
    journal: JournalKeeper,
) -> Walked:
    """Fold the decided bars, and note them in the journal."""
    bars, decisions, start = decided.bars, decided.decisions, decided.start
    saw = partial(evidence_at, warmup=strategy.warmup, code=journal.code, settings=journal.settings)
    happened: list[tuple[Happening, Moment]] = []
    for row, (bar, decision) in enumerate(decided.tape, start):
        book = conditions.book_at(bar.close_time)
        state, happenings = step(state, bar, decision, rules=rules, book=book)
        journal.add(bar, state.hole)
        moment = Moment(
            bar=bar,
            issued_at=conditions.issued_at(bar.close_time),
            book=book,
            evidence=partial(saw, row, bars, decisions),
        )
        happened += [(happening, moment) for happening in happenings]
    reading = reading_json(
        row,
        bars,
        decisions,
        closed_at=bar.close_time,
        warmup=strategy.warmup,
        candidate=candidate_at("BUY", bar, decision, rules.terms, state.hole),
    )
    return Walked(
        bars=len(bars) - start,
        state=state,
        happened=happened,
        reading=reading,
        newest_close=bar.close_time,
    )


def keeper(account: Account) -> JournalKeeper:
    """The journal beside what `account` records."""
    version, risk_version, track = account.version, account.risk_version, account.track
    terms = terms_now(track.config.symbol, feed=track.feed, max_delay=account.max_delay)
    return JournalKeeper(
        track=track,
        version=version,
        risk_version=risk_version,
        terms=terms,
        settings=settings_hash(version, risk_version, terms),
        code=running_code(version.snapshot["strategy"]),
        newest=partial(newest_row, track),
    )


def may_enter(version: ConfigVersion, run: Run) -> bool:
    """Whether new positions may be opened: a rehearsal asks "what if" of what is switched off."""
    return bool(version.snapshot["is_enabled"]) or run.kind != Run.Kind.LIVE


def terms_of(
    version: ConfigVersion, strategy: Strategy, *, feed: str, calendar: Calendar | None = None
) -> Terms:
    """What the fold needs of a config version, its symbol and the calendar of its bars' feed."""
    symbol, timeframe = version.config.symbol, version.timeframe
    return Terms(
        symbol=symbol.code,
        pip=symbol.pip,
        digits=symbol.digits,
        bar_length=timeframe.delta,
        rule=version.level_rule(),
        expiry_minutes=version.expiry_bars * timeframe.minutes,
        calendar=calendar or calendar_of(feed),
        min_confidence=version.min_confidence,
        trails=strategy.trails,
    )
