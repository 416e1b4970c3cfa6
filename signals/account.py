"""What one track holds and records while it moves over a stretch of bars; nothing is stored."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from risk.guards.base import Book
from risk.models import RiskVersion
from risk.states import Bar, Closed, Entered, Happening, Repeated, Signalled, State
from signals.announcing import Audience, News, news_of_end, news_of_signal
from signals.evidence import with_readings
from signals.holdings import decided_by, end, follow
from signals.messages import last_moment
from signals.models import Position, Run, Signal, Track
from strategies.models import ConfigVersion


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When something happened: on which bar, when the desk said so, and what it saw."""

    bar: Bar
    issued_at: datetime
    book: Book  # what the guards read beside the bars
    evidence: Callable[[], dict[str, Any]]  # asked only for what is recorded


@dataclass(kw_only=True)
class Account:
    """The rows of one track."""

    track: Track
    version: ConfigVersion
    risk_version: RiskVersion
    max_delay: timedelta
    rows: dict[datetime, Position] = field(default_factory=dict)  # by the bar that decided

    @property
    def is_live(self) -> bool:
        """Whether what is recorded here is announced; a rehearsal is silent."""
        return self.track.run.kind == Run.Kind.LIVE

    def draw(self, made: Signalled, moment: Moment) -> Signal:
        """The signal to store; an entry has its position in `rows` then."""
        signal = self._signal(made, moment)
        too_late = last_moment(signal, max_delay=self.max_delay)
        signal.late = self.is_live and moment.issued_at > too_late
        if made.action != Signal.Action.FLAT and made.sl is not None:
            self.rows[signal.bar_time] = Position(
                signal=signal,
                track=self.track,
                state=Position.State.PENDING,
                is_shadow=bool(made.refusals),
                stop=made.sl,
            )
        return signal

    def note(self, happening: Happening, at: datetime) -> News | None:
        """Bring `rows` up to what happened beside signals; what is to be told of it."""
        match happening:
            case Closed():
                row = self.rows[happening.position.bar_time]
                end(row, happening)
                return news_of_end(row, at=at) if self.is_live else None
            case Repeated(position=held, at=bar_time):
                row = self.rows[held.bar_time]
                row.repeats += 1
                row.repeated_at = bar_time
            case Entered(position=held, bar=bar):  # all else follows the state, in `settle`
                decided_by(self.rows[held.bar_time], "entry", bar)
        return None

    def news_of(self, signal: Signal, audience: Audience) -> News | None:
        """What is to be told of a stored signal."""
        if not self.is_live:
            return None
        deliver_by = last_moment(signal, max_delay=self.max_delay)
        return news_of_signal(signal, deliver_by=deliver_by, audience=audience)

    def settle(self, state: State) -> list[Position]:
        """The rows to store, with what is still held as `state` has it."""
        for held in (state.held, state.leaving):
            if held:
                follow(self.rows[held.bar_time], held)
        return list(self.rows.values())

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
