"""The desk's state in one word."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.status import desk_status, next_tick, scheduler
from delivery.pauses import pause
from tests.builders import NOON, make_tick

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("now", "expected"),
    [("12:00:02", "12:00:03"), ("12:00:03", "12:01:03"), ("12:00:59", "12:01:03")],
)
def test_the_next_tick_comes_three_seconds_after_the_boundary(now, expected):
    day = datetime(2026, 11, 18, tzinfo=UTC)
    at = datetime.combine(day, datetime.strptime(now, "%H:%M:%S").time(), UTC)

    assert f"{next_tick(at):%H:%M:%S}" == expected


def test_a_desk_that_never_ticked_says_so():
    assert scheduler(now=NOON).state == "never"
    assert desk_status(now=NOON).label == "Not ticking"


@pytest.mark.parametrize(("seconds", "state"), [(60, "ok"), (123, "ok"), (124, "late")])
def test_the_scheduler_is_late_once_a_whole_further_tick_is_missing(seconds, state):
    make_tick(at=NOON - timedelta(seconds=seconds))

    assert scheduler(now=NOON).state == state


def test_a_running_desk_is_running_and_a_paused_one_paused_with_its_reason():
    make_tick(at=NOON - timedelta(seconds=10))

    assert desk_status(now=NOON).label == "Running"
    pause(reason="News at 13:30", by="sam", now=NOON)
    assert desk_status(now=NOON).label == "Pushes paused"
    assert desk_status(now=NOON).detail == "News at 13:30"


def test_a_stopped_scheduler_matters_more_than_a_pause():
    make_tick(at=NOON - timedelta(hours=1))
    pause(reason="News at 13:30", by="sam", now=NOON)

    assert desk_status(now=NOON).label == "Not ticking"


def test_the_last_run_is_told_with_its_lag_and_its_errors():
    made = {"bars": 3, "signals": 1, "lag_seconds": 3.4, "errors": ["FeedError: no answer"]}
    make_tick(at=NOON, finished_at=NOON + timedelta(seconds=0.8), **made)

    run = scheduler(now=NOON + timedelta(seconds=5))

    assert (run.bars, run.signals, run.lag_seconds, run.took_seconds) == (3, 1, 3.4, 0.8)
    assert run.errors == ("FeedError: no answer",)
