"""Between the fold and the rows: what many tracks recorded is stored and told together.

However many they are, each table is written with one statement for what is new and one for what
changed (SQLite, which limits a statement's values, may need a few); everything stands in the order
in which it happened.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache

from django.db import transaction
from django.db.models import QuerySet

from audit.row_updates import update_rows
from delivery.audience import reachable_now
from risk.states import Closed, Happening, Hole, Signalled, State
from risk.states import Position as Held
from signals.account import Account, Moment
from signals.announcing import News, announce, news_of_end
from signals.counting import count_signals
from signals.holdings import end, held_of
from signals.models import Position, Signal, Track

FOLLOWED = ("entry_at", "entry_price", "stop", "best_price", "worst_price", "reason", "state")
OUTCOME = (
    *("closed_at", "exit_price", "is_gap", "is_tie", "duration", "pips", "r_multiple"),
    *("r_optimistic", "return_pct", "mfe_pips", "mae_pips"),
)
GAINS = ("pips", "r_multiple", "r_optimistic", "return_pct", "mfe_pips", "mae_pips")
CHANGING = (*FOLLOWED, "repeats", "repeated_at", "decided_by", *OUTCOME)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened to one track; `signal`: what is recorded of it."""

    account: Account
    happening: Happening
    moment: Moment
    signal: Signal | None


@dataclass
class Ledger:
    """What is to be stored in one transaction."""

    lines: list[Line] = field(default_factory=list)
    ends: list[tuple[Account, State]] = field(default_factory=list)

    def take(
        self, account: Account, happened: Iterable[tuple[Happening, Moment]], state: State
    ) -> None:
        """Note what happened to a track, in its order, and where its fold stands after it.

        `account.rows` are the running positions before it.
        """
        for happening, moment in happened:
            drawn = account.draw(happening, moment) if isinstance(happening, Signalled) else None
            self.lines.append(Line(account, happening, moment, drawn))
        self.ends.append((account, state))

    def flush(self) -> list[Signal]:
        """Store and tell it all; the signals it recorded."""
        signals = [line.signal for line in self.lines if line.signal]
        for part in _parts(signals):
            Signal.objects.bulk_create(part)
        announce(list(self._news()))
        store_rows(row for account, state in self.ends for row in account.settle(state))
        count_signals(line.signal for line in self.lines if line.signal and line.account.is_live)
        return signals

    def _news(self) -> Iterator[News]:
        audience = cache(reachable_now)  # read once, at the first message
        for line in self.lines:
            if line.signal:
                news = line.account.news_of(line.signal, audience)
            else:
                news = line.account.note(line.happening, line.moment.issued_at)
            if news:
                yield news


def _parts(signals: Iterable[Signal]) -> Iterator[list[Signal]]:
    """`signals` cut before a FLAT whose entry is new as well, so has no number yet."""
    part: list[Signal] = []
    for signal in signals:
        if signal.ends and any(signal.ends is entry for entry in part):
            yield part
            part = []
        part.append(signal)
    yield part


def store_rows(rows: Iterable[Position]) -> None:
    """Store new positions, what changed of the others, and of their signals."""
    every = list(rows)
    ended = [row.signal for row in every if row.state == Position.State.CLOSED]
    update_rows([row for row in every if row.pk], CHANGING)
    Position.objects.bulk_create(_without_minus_zero(row) for row in every if row.pk is None)
    update_rows([signal for signal in ended if signal.ending], ("status", "ending"))


def _without_minus_zero(row: Position) -> Position:
    """`row` with gains of -0.0 as 0.0, which many rows at once would keep on PostgreSQL."""
    for name in GAINS:
        if getattr(row, name) == 0.0:
            setattr(row, name, 0.0)
    return row


@transaction.atomic
def abandon(track: Track, *, now: datetime) -> None:
    """End what `track` still holds as `data_gap`: its bars are no longer followed."""
    rows = list(running_rows([track.pk]))
    for row in rows:
        end(row, Closed(position=held_of(row), reason="data_gap", at=now, price=None))
    announce([news_of_end(row, at=now) for row in rows])
    store_rows(rows)


def running_rows(track_ids: Iterable[int]) -> QuerySet[Position]:
    """What these tracks hold, with the signals behind it."""
    running = Position.objects.filter(track__in=track_ids).exclude(state=Position.State.CLOSED)
    # by key: a join was planned as a scan of all signals while statistics were stale
    return running.prefetch_related("signal__symbol", "signal__config_version")


def rows_of(track_ids: Iterable[int]) -> dict[int, dict[datetime, Position]]:
    """Track id -> `Account.rows`."""
    found: dict[int, dict[datetime, Position]] = {track_id: {} for track_id in track_ids}
    for row in running_rows(list(found)) if found else ():
        found[row.track_id][row.signal.bar_time] = row
    return found


def state_of(track: Track, positions: Iterable[Held]) -> State:
    """Where the fold of `track` stood after its last committed bar, with what it held."""
    state = State(last_bar=track.last_bar)
    if track.hole_ended_at:
        state = replace(state, hole=Hole(track.hole_ended_at, track.hole_minutes))
    for held in positions:
        state = replace(state, leaving=held) if held.leaving else replace(state, held=held)
    return state


def stand(track: Track, state: State) -> None:
    """Note on `track` where the fold stands; the caller saves it."""
    track.last_bar = state.last_bar
    track.hole_ended_at = state.hole.ended_at if state.hole else None
    track.hole_minutes = state.hole.minutes if state.hole else 0
