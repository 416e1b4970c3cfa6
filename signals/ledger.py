"""Between the fold and the rows: what a track holds is loaded, what happened is recorded."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from audit.log import log_event
from risk.guards.base import Book
from risk.models import RiskVersion
from risk.states import (
    Bar,
    Closed,
    Entered,
    Happening,
    Hole,
    Repeated,
    Signalled,
    State,
)
from signals.evidence import with_readings
from signals.holdings import announce_end, decided_by, end, follow, held_of
from signals.messages import last_moment, queue_signal, signal_text, told, withdraw_signal
from signals.models import Position, Run, Signal, SignalCount, Track
from signals.receipts import issue_receipt
from strategies.models import ConfigVersion


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When something happened: on which bar, when the desk said so, and what it saw."""

    bar: Bar
    issued_at: datetime
    book: Book  # what the guards read beside the bars
    evidence: Callable[[], dict[str, Any]]  # asked only for what is recorded


@dataclass(kw_only=True)
class Ledger:
    """The rows of one track while it moves over a stretch of bars, inside one transaction."""

    track: Track
    version: ConfigVersion
    risk_version: RiskVersion
    max_delay: timedelta
    rows: dict[datetime, Position] = field(default_factory=dict)
    recorded: list[Signal] = field(default_factory=list)

    def load(self) -> State:
        """The fold's state as the last committed bar left it."""
        running = self.track.positions.exclude(state=Position.State.CLOSED)
        state = State(last_bar=self.track.last_bar)
        if self.track.hole_ended_at:
            state = replace(state, hole=Hole(self.track.hole_ended_at, self.track.hole_minutes))
        # by key: a join was planned as a scan of all signals while statistics were stale
        for row in running.prefetch_related("signal__symbol", "signal__config_version"):
            self.rows[row.signal.bar_time] = row
            held = held_of(row)
            is_leaving = row.state == Position.State.LEAVING
            state = replace(state, leaving=held) if is_leaving else replace(state, held=held)
        return state

    def record(self, happening: Happening, moment: Moment) -> None:
        """Store one thing that happened on one bar."""
        match happening:
            case Signalled():
                self._signalled(happening, moment)
            case Closed():
                self._closed(happening, moment.issued_at)
            case Repeated(position=held, at=at):
                row = self.rows[held.bar_time]
                row.repeats += 1
                row.repeated_at = at
            case Entered(position=held, bar=bar):  # all else is stored with the state, by `save`
                decided_by(self.rows[held.bar_time], "entry", bar)

    def save(self, state: State) -> None:
        """Store where the fold stands, for the next stretch to load."""
        for held in (state.held, state.leaving):
            if held:
                row = self.rows[held.bar_time]
                follow(row, held)
                row.save()
        self.track.last_bar = state.last_bar
        self.track.hole_ended_at = state.hole.ended_at if state.hole else None
        self.track.hole_minutes = state.hole.minutes if state.hole else 0
        self.track.save()

    def _signalled(self, made: Signalled, moment: Moment) -> None:
        signal = self._signal(made, moment)
        too_late = last_moment(signal, max_delay=self.max_delay)
        signal.late = self.is_live and moment.issued_at > too_late
        signal.save(force_insert=True)
        self.recorded.append(signal)
        if made.action != Signal.Action.FLAT and made.sl is not None:
            self.rows[signal.bar_time] = Position.objects.create(
                signal=signal,
                track=self.track,
                state=Position.State.PENDING,
                is_shadow=bool(made.refusals),
                stop=made.sl,
            )
        if self.is_live:
            self._announce(signal)

    def _signal(self, made: Signalled, moment: Moment) -> Signal:
        config = self.version.config
        evidence = moment.evidence()
        is_flat = made.action == Signal.Action.FLAT
        status = Signal.Status.CLOSED if is_flat else Signal.Status.OPEN
        entry = made.ends and self.rows[made.ends.bar_time].signal
        return Signal(
            run=self.track.run,
            config=config,
            config_version=self.version,
            risk_version=self.risk_version,
            symbol=config.symbol,
            strategy=config.strategy,
            timeframe=config.timeframe,
            feed=self.track.feed,
            digits=config.symbol.digits,
            pip_size=config.symbol.pip_size,
            is_shadow=config.mode == "shadow",
            action=made.action,
            price=made.price,
            sl=made.sl,
            tp=made.tp,
            confidence=None if is_flat else evidence["confidence"],
            lots_hint=None if is_flat else self.version.lots_hint,
            bar_time=moment.bar.time,
            bar_closed_at=moment.bar.close_time,
            issued_at=moment.issued_at,
            expires_at=made.expires_at,
            status=Signal.Status.BLOCKED if made.refusals else status,
            refusals=[{"guard": no.guard, "reason": no.reason} for no in made.refusals],
            ends=entry or None,
            evidence=with_readings(evidence, made, moment.book),
        )

    def _announce(self, signal: Signal) -> None:
        """Log and count a live record, and queue its message unless it must not be sent."""
        is_blocked = signal.status == Signal.Status.BLOCKED
        _count(signal)
        reasons = "; ".join(refusal["reason"] for refusal in signal.refusals)
        event = log_event(
            "signal.blocked" if is_blocked else "signal.generated",
            at=signal.issued_at,
            subject=f"signal:{signal.pk}",
            text=signal_text(signal) + (f" blocked: {reasons}" if is_blocked else ""),
            payload={
                "late": signal.late,
                "shadow": signal.is_shadow,
                "refusals": signal.refusals,
                **told(signal),
            },
        )
        if not (is_blocked or signal.is_shadow):
            issue_receipt(signal, event)
        if signal.ends:
            withdraw_signal(signal.ends)  # first: who never got the entry needs no FLAT
        if not (is_blocked or signal.late or signal.is_shadow):
            queue_signal(
                signal,
                deliver_by=last_moment(signal, max_delay=self.max_delay),
                now=signal.issued_at,
            )

    def _closed(self, closed: Closed, issued_at: datetime) -> None:
        row = self.rows[closed.position.bar_time]
        end(row, closed)
        if self.is_live:
            announce_end(row, issued_at)

    @property
    def is_live(self) -> bool:
        """Whether what is recorded here is announced; a rehearsal is silent."""
        return self.track.run.kind == Run.Kind.LIVE


def _count(signal: Signal) -> None:
    is_blocked = signal.status == Signal.Status.BLOCKED
    row, _ = SignalCount.objects.get_or_create(
        symbol=signal.symbol.code,
        strategy=signal.strategy,
        action=signal.action,
        status=Signal.Status.BLOCKED if is_blocked else Signal.Status.OPEN,
    )
    SignalCount.objects.filter(pk=row.pk).update(total=F("total") + 1, last_at=signal.issued_at)
