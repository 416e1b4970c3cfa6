"""Many configs moved together: a shard of symbols, read and written in one transaction.

Each config is decided and folded by the same `walk` as alone. One that fails is told and left where
it stands; when the shard's own transaction fails, its configs are moved one by one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import cast

import pandas as pd
from django.db import transaction

from audit.log import log_event
from audit.row_updates import update_rows
from markets.frames import BAR_COLUMNS, bar_index
from markets.many import Key, newest_minutes
from markets.sessions import MINUTE
from markets.slim import SlimFrame
from markets.windows import Wanted, Window, Windows
from risk.states import Position as Held
from risk.states import State
from risk.walking import Rules
from signals.account import Account
from signals.deciding import Decided, Question, decided_alone, decided_together
from signals.due import Sorted, locked, seconds, sort, tracks_of
from signals.evaluation import Conditions, Progress, Walked, move, walk
from signals.garbage import collected_after
from signals.held_rows import follow_all, held_by
from signals.journal import Begun, JournalKeeper, newest_rows, save_rows
from signals.ledger import Ledger, rows_of, stand, state_of
from signals.models import Track
from signals.plans import Plan, Plans, symbol_facts

STOOD = ("last_bar", "hole_ended_at", "hole_minutes", "reading")
WINDOWS, PLANS = Windows(), Plans()  # of this process; neither is the truth of anything


@dataclass(kw_only=True)
class Step:
    """One track on its way through a minute."""

    track: Track
    plan: Plan
    key: Key
    account: Account
    journal: JournalKeeper
    walked: Walked
    positions: Mapping[int, Held]  # by id, before


def move_shard(
    symbol_ids: Sequence[int], *, conditions: Conditions, progress: Progress, now: datetime
) -> list[Exception]:
    """Move every live track of these symbols over its new bars; what failed comes back.

    A track another worker is moving is left to it.
    """
    errors: list[Exception] = []
    try:
        with collected_after():
            alone, broken, came = _together(symbol_ids, conditions)
    except Exception as error:  # raised by tick() again; meanwhile nobody loses their minute
        error.add_note(f"while moving {len(symbol_ids)} symbols together")
        errors.append(error)
        alone, broken, came = tracks_of(symbol_ids), [], Progress()
    if came.newest_close:
        progress.add(came.bars, came.signals, came.newest_close)
    errors += [_told(track, why, now) for track, why in broken]
    for track in alone:
        try:
            move(track.pk, conditions=conditions, progress=progress)
        except Exception as error:  # one config must not stop the rest; tick() raises it again
            errors.append(_told(track, error, now))
    return errors


def _told(track: Track, error: Exception, now: datetime) -> Exception:
    """`error`, logged for the config it stopped."""
    log_event(
        "engine.failed",
        at=now,
        subject=f"config:{track.config_id}",
        text=f"{track.config} could not be evaluated: {type(error).__name__}: {error}",
    )
    return error


@transaction.atomic
def _together(
    symbol_ids: Sequence[int], conditions: Conditions
) -> tuple[list[Track], list[tuple[Track, Exception]], Progress]:
    """(tracks to be moved alone, those that failed and why, what the others came to)."""
    symbols = symbol_facts(symbol_ids)
    plans = PLANS.of(symbols)
    tracks = locked(symbols)
    chosen = sort(tracks, plans, newest_minutes(sorted({key for _, key in tracks})))
    steps = _steps(chosen, conditions)
    return chosen.alone, chosen.broken, _store(steps)


def _steps(chosen: Sorted, conditions: Conditions) -> list[Step]:
    """Each track near the present, decided and folded; one that fails joins the broken."""
    ids = [track.pk for track, _, _ in chosen.near]
    asked = _asked(chosen.near, WINDOWS.windows(_wanted(chosen.near)))
    decided = decided_together(asked, bar_length=MINUTE)
    held, written = held_by(ids), _written(chosen.near)
    guards = conditions.risk_version.build()
    steps = []
    for track, plan, key in chosen.near:
        if track.pk not in asked:
            continue
        try:
            account, journal = _books(track, plan, conditions, written.get(track.pk))
            walked = walk(
                state_of(track, held[track.pk].values()),
                decided.get(track.pk) or _alone(asked[track.pk]),
                strategy=plan.strategy,
                rules=Rules(plan.terms, guards, plan.may_enter),
                conditions=conditions,
                journal=journal,
            )
            steps.append(
                Step(
                    track=track,
                    plan=plan,
                    key=key,
                    account=account,
                    journal=journal,
                    walked=walked,
                    positions=held[track.pk],
                )
            )
        except Exception as error:  # told for its config, and raised by tick()
            chosen.broken.append((track, error))
    return steps


def _wanted(near: Sequence[tuple[Track, Plan, Key]]) -> list[Wanted]:
    """Of each symbol what its tracks read together."""
    after: dict[Key, int] = {}
    warmup: dict[Key, int] = {}
    for track, plan, key in near:
        after[key] = min(after.get(key, 1 << 60), seconds(track.watermark))
        warmup[key] = max(warmup.get(key, 0), plan.strategy.warmup)
    return [Wanted(key, after[key], warmup[key]) for key in after]


def _asked(
    near: Sequence[tuple[Track, Plan, Key]], windows: Mapping[Key, Window]
) -> dict[int, Question]:
    """Track id -> its strategy's warm-up and the new bars, of those that have any."""
    found: dict[int, Question] = {}
    slices: dict[tuple[Key, int, bool], pd.DataFrame] = {}
    for track, plan, key in near:
        split = windows[key].place(seconds(track.watermark)) if key in windows else 0
        if key not in windows or split == len(windows[key].times):
            continue
        first = max(0, split - plan.strategy.warmup)
        named = (key, first, plan.strategy.takes_slim)
        if named not in slices:
            bars = windows[key].bars(first, len(windows[key].times))
            slim = cast(pd.DataFrame, bars)
            slices[named] = slim if plan.strategy.takes_slim else _frame(bars)
        found[track.pk] = Question(plan.strategy, slices[named], split - first, (key, split))
    return found


def _alone(asked: Question) -> Decided:
    return decided_alone(asked.strategy, asked.bars, asked.start, bar_length=MINUTE)


def _frame(bars: SlimFrame) -> pd.DataFrame:
    columns = pd.Index(BAR_COLUMNS)
    return pd.DataFrame(bars.to_numpy(), index=bar_index(bars.times), columns=columns)


def _books(
    track: Track, plan: Plan, conditions: Conditions, newest: Begun | None
) -> tuple[Account, JournalKeeper]:
    """What a step is recorded with."""
    track.config = plan.version.config
    account = Account(
        track=track,
        version=plan.version,
        risk_version=conditions.risk_version,
        max_delay=conditions.max_delay,
    )
    terms = plan.journal_terms(conditions.max_delay)
    journal = JournalKeeper(
        track=track,
        version=plan.version,
        risk_version=conditions.risk_version,
        terms=terms,
        settings=plan.settings(conditions.risk_version, terms),
        code=plan.code,
        newest=partial(_given, newest),
    )
    return account, journal


def _given(row: Begun | None) -> Begun | None:
    return row


def _written(near: Sequence[tuple[Track, Plan, Key]]) -> dict[int, Begun]:
    """The journal's newest row of each track, if it is of the hours that may go on; one query."""
    if not near:
        return {}
    oldest = min(track.watermark for track, _, _ in near)
    return newest_rows([track.pk for track, _, _ in near], since=oldest)


def _store(steps: Sequence[Step]) -> Progress:
    """Write what the steps came to."""
    came, ledger, changed = Progress(), Ledger(), {}
    rows = rows_of([step.track.pk for step in steps if step.walked.happened])
    for step in steps:
        state = step.walked.state
        stand(step.track, state)
        step.track.reading = step.walked.reading
        came.add(step.walked.bars, (), step.walked.newest_close)
        if step.walked.happened:
            step.account.rows = rows[step.track.pk]
            ledger.take(step.account, step.walked.happened, state)
        else:
            changed.update(_followed(step.positions, state))
    came.signals += ledger.flush()
    follow_all(changed)
    update_rows([step.track for step in steps], STOOD)
    save_rows(row for step in steps for row in step.journal.rows)
    return came


def _followed(before: Mapping[int, Held], state: State) -> dict[int, Held]:
    """Id -> how it is held now, of the positions that are held in another way than before."""
    held = {each.bar_time: each for each in (state.held, state.leaving) if each}
    now = {pk: held[position.bar_time] for pk, position in before.items()}
    return {pk: position for pk, position in now.items() if position != before[pk]}
