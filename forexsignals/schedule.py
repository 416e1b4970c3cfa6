"""When beat wakes the worker: at fixed places of the clock, whenever beat itself was started."""

from datetime import datetime
from typing import Any

from celery.schedules import BaseSchedule, schedstate

TICK_OFFSET = 3  # seconds after the boundary: feeds need a moment to close the bar
PRICES_SECONDS = 60
PRICES_OFFSET = 20  # seconds after the boundary: the minute's bars are stored by then
SWEEP_SECONDS = 15
SEAL_SECONDS = 1
HEAD_SECONDS = 600  # the first after midnight keeps the day's head, or the first that runs
DAY = 86_400  # seconds
LOOK_BACK = 20 * 60  # seconds after midnight UTC: the last bars of the day have come by then


class Boundary(BaseSchedule):  # type: ignore[misc]
    """Due `offset` seconds after each whole multiple of `seconds` since 1970, UTC.

    Celery's interval schedule counts from the last run and so drifts by beat's own delay; its
    crontab knows no seconds. A run missed while beat was down is made up once, not per boundary.
    """

    def __init__(self, seconds: int, *, offset: int = 0, **options: Any) -> None:
        super().__init__(**options)
        self.seconds = seconds
        self.offset = offset

    def is_due(self, last_run_at: datetime) -> schedstate:
        """Whether a boundary passed since `last_run_at`, and the seconds to the next one."""
        now = self.now().timestamp()
        latest = (now - self.offset) // self.seconds * self.seconds + self.offset
        return schedstate(last_run_at.timestamp() < latest, latest + self.seconds - now)

    def remaining_estimate(self, last_run_at: datetime) -> None:
        """Celery asks this of schedules without `is_due`; ours answers there."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<every {self.seconds} s, {self.offset} s after the boundary>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Boundary):
            return NotImplemented
        return (self.seconds, self.offset) == (other.seconds, other.offset)

    def __hash__(self) -> int:
        return hash((self.seconds, self.offset))


def beat_schedule(evaluation_seconds: int) -> dict[str, dict[str, Any]]:
    """Every periodic task; a task that could not start before the next one is due is dropped."""
    return {
        "evaluate": _entry("signals.tasks.evaluate", evaluation_seconds, offset=TICK_OFFSET),
        "note-prices": _entry("signals.tasks.note_prices", PRICES_SECONDS, offset=PRICES_OFFSET),
        "sweep": _entry("delivery.tasks.sweep", SWEEP_SECONDS),
        "sweep-backtests": _entry("backtests.tasks.sweep_up", SWEEP_SECONDS),
        "answer": _entry("dashboard.tasks.answer_commands", SWEEP_SECONDS),
        "look-back": _entry("signals.tasks.look_back", DAY, offset=LOOK_BACK),
        "seal": _entry("audit.tasks.seal_events", SEAL_SECONDS),
        "keep-head": _entry("audit.tasks.keep_daily_head", HEAD_SECONDS, offset=5),
        "forget-tokens": _entry("access.tasks.forget_expired_tokens", DAY, offset=DAY // 8),
        "forget-answers": _entry("access.tasks.forget_kept_answers", DAY, offset=DAY // 8),
    }


def _entry(task: str, seconds: int, *, offset: int = 0) -> dict[str, Any]:
    return {
        "task": task,
        "schedule": Boundary(seconds, offset=offset),
        "options": {"expires": seconds * 0.95},
    }
