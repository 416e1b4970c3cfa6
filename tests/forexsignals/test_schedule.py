from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from celery import Celery
from celery.beat import Scheduler

from forexsignals.schedule import Boundary, beat_schedule

TICK = Boundary(60, offset=3)


@pytest.mark.parametrize(
    ("now", "last", "is_due", "wait"),
    [
        ("12:00:02", "11:59:03", False, 1.0),
        ("12:00:03", "11:59:03", True, 60.0),
        ("12:00:04.5", "11:59:03", True, 58.5),
        ("12:00:04.5", "12:00:03.1", False, 58.5),
        ("15:30:59", "12:00:03", True, 4.0),
    ],
)
def test_a_tick_is_due_three_seconds_after_each_minute(
    now: str, last: str, is_due: bool, wait: float
) -> None:
    day = "2026-03-06T"

    with time_machine.travel(datetime.fromisoformat(f"{day}{now}+00:00"), tick=False):
        answer = TICK.is_due(datetime.fromisoformat(f"{day}{last}+00:00"))

    assert answer.is_due is is_due
    assert answer.next == pytest.approx(wait)


def test_half_minutes_have_boundaries_of_their_own() -> None:
    with time_machine.travel(datetime(2026, 3, 6, 12, 0, 33, tzinfo=UTC), tick=False):
        answer = Boundary(30, offset=3).is_due(datetime(2026, 3, 6, 12, 0, 3, tzinfo=UTC))

    assert answer == (True, 30.0)


def test_a_tick_that_fires_late_does_not_move_the_next_one() -> None:
    last = datetime(2026, 3, 6, 12, 0, 3, tzinfo=UTC)

    for minute in range(1, 500):
        late = last + timedelta(minutes=minute, seconds=0.4)
        with time_machine.travel(late, tick=False):
            answer = TICK.is_due(late - timedelta(minutes=1))
        assert answer.is_due
        assert answer.next == pytest.approx(59.6)


def test_beat_takes_the_schedule_and_every_task_expires_before_the_next() -> None:
    app = Celery("test", broker="memory://", set_as_current=False)
    app.conf.beat_schedule = beat_schedule(60)

    entries = Scheduler(app).schedule

    periods = {entry.task: entry.schedule.seconds for entry in entries.values()}
    assert periods == {
        "signals.tasks.evaluate": 60,
        "signals.tasks.note_prices": 60,
        "signals.tasks.look_back": 86_400,
        "delivery.tasks.sweep": 15,
        "backtests.tasks.sweep_up": 15,
        "dashboard.tasks.answer_commands": 15,
        "audit.tasks.seal_events": 1,
        "audit.tasks.keep_daily_head": 600,
        "access.tasks.forget_expired_tokens": 86_400,
        "access.tasks.forget_kept_answers": 86_400,
    }
    for entry in entries.values():
        assert 0 < entry.options["expires"] < entry.schedule.seconds


def test_every_scheduled_task_exists() -> None:
    from forexsignals.celery import app

    app.loader.import_default_modules()

    assert {entry["task"] for entry in beat_schedule(60).values()} <= set(app.tasks)
