"""The state of the desk in one word: pushing, paused, or not ticking."""

from dataclasses import dataclass
from datetime import datetime

from dashboard.ticks import is_late, next_tick
from delivery.models import Pause
from delivery.pauses import current_pause
from signals.models import Tick


@dataclass(frozen=True)
class Scheduler:
    """The newest tick and when the next one is due."""

    state: str  # ok, late, never
    last_at: datetime | None
    next_at: datetime
    lag_seconds: float | None
    bars: int
    signals: int
    took_seconds: float | None
    errors: tuple[str, ...]

    @property
    def is_ok(self) -> bool:
        return self.state == "ok"


@dataclass(frozen=True)
class DeskStatus:
    """What the frame of every page says."""

    label: str
    tone: str
    icon: str
    detail: str


def scheduler(*, now: datetime) -> Scheduler:
    """What the newest tick says; late once a whole further one is missing."""
    tick = Tick.objects.first()
    if tick is None:
        return Scheduler("never", None, next_tick(now), None, 0, 0, None, ())
    took = (tick.finished_at - tick.at).total_seconds() if tick.finished_at else None
    return Scheduler(
        state="late" if is_late(tick.at, now=now) else "ok",
        last_at=tick.at,
        next_at=next_tick(now),
        lag_seconds=tick.lag_seconds,
        bars=tick.bars,
        signals=tick.signals,
        took_seconds=took,
        errors=tuple(str(error) for error in tick.errors),
    )


def desk_status(*, now: datetime) -> DeskStatus:
    """The one thing to know first: a stopped desk before a paused one before a running one."""
    return status_of(current_pause(), scheduler(now=now))


def status_of(pause: Pause | None, ticks: Scheduler) -> DeskStatus:
    if not ticks.is_ok:
        return DeskStatus("Not ticking", "tone-bad", "alert", "No minute is being evaluated.")
    if pause is not None:
        return DeskStatus("Pushes paused", "tone-warn", "pause", pause.reason)
    return DeskStatus("Running", "tone-good", "dot", "Signals are evaluated and pushed.")
