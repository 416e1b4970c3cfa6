"""A run's way through its states: each step once, whoever else is at it."""

from datetime import timedelta

import pytest

from audit.models import Event
from backtests.found import Found
from backtests.models import Backtest, BacktestResult, State, Sweep
from backtests.runs import (
    LEASE,
    again,
    beat,
    cancel,
    cancel_sweep,
    claim,
    fail,
    finish,
    give_up,
    queue_backtest,
    queue_trials,
)
from backtests.trades import Trades
from tests.backtests.stored import plan, store_minutes
from tests.builders import NOON

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
LATER = NOON + LEASE + SECOND
NOTHING = Found(trades=Trades.none(), guards=(), left_out=(), bars=(), code="c0de")


@pytest.fixture(autouse=True)
def minutes():
    store_minutes(count=400)


def queued():
    return queue_backtest(plan(), by="olga", now=NOON)


def taken(now=NOON):
    [run] = claim(1, worker="w", now=now)
    return run


def kinds():
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def make_sweep(trials):
    asked = plan()
    sweep = Sweep.objects.create(
        kind="grid",
        plan=asked.as_json(),
        space={},
        trials=trials,
        is_demo=False,
        created_at=NOON,
        created_by="olga",
    )
    queue_trials(sweep, [asked] * trials, now=NOON)
    return sweep


def test_a_run_knows_how_many_bars_it_has_and_who_asked():
    run = queued()

    assert (run.state, run.bars_total, run.created_by) == (State.QUEUED, 400, "olga")
    assert run.asked() == plan()
    assert kinds() == ["backtest.queued"]
    assert "queued: EMA cross with RSI gate on " in Event.objects.get().text


def test_a_claimed_run_is_nobody_elses_until_its_worker_falls_silent():
    queued()
    first = taken()

    assert claim(5, worker="other", now=NOON + LEASE) == []
    assert taken(LATER).attempts == 2
    assert not beat(first, bars_done=9, now=LATER)
    assert not finish(first, NOTHING, now=LATER)
    assert not fail(first, "late", now=LATER)


def test_a_beat_keeps_every_run_of_a_claim():
    queued()
    queued()
    first, _ = claim(2, worker="w", now=NOON)

    assert beat(first, bars_done=200, now=NOON + 15 * SECOND)

    assert claim(5, worker="other", now=LATER) == []
    assert Backtest.objects.get(pk=first.pk).bars_done == 200


def test_a_run_is_done_once_with_its_result():
    queued()
    run = taken()

    assert finish(run, NOTHING, now=NOON + SECOND)
    assert not finish(run, NOTHING, now=NOON + SECOND)

    run.refresh_from_db()
    assert (run.state, run.code, run.figures["n"]) == (State.DONE, "c0de", 0)
    assert BacktestResult.objects.count() == 1
    assert kinds() == ["backtest.queued", "backtest.done"]


def test_a_run_that_failed_says_why_and_may_be_asked_for_again():
    run = queued()

    assert fail(taken(), "There was not enough memory.", now=NOON)

    run.refresh_from_db()
    assert (run.state, run.error) == (State.FAILED, "There was not enough memory.")
    assert again(run, by="anna", now=NOON).asked() == run.asked()


def test_a_cancelled_run_is_not_taken_up_and_stores_nothing():
    run, waiting = queued(), queued()
    working = taken()

    assert cancel(run, by="olga", now=NOON)
    assert cancel(waiting, by="olga", now=NOON)
    assert not cancel(run, by="olga", now=NOON)

    assert not beat(working, bars_done=1, now=NOON)
    assert not finish(working, NOTHING, now=NOON)
    assert claim(5, worker="w", now=LATER) == []


def test_a_run_whose_worker_dies_three_times_is_given_up_with_words():
    run = queued()
    now = NOON
    for _ in range(3):
        taken(now)
        now += LEASE + SECOND

    assert claim(1, worker="w", now=now) == []
    assert give_up(now=now) == 1

    run.refresh_from_db()
    assert run.state == State.FAILED
    assert "died 3 times" in run.error


def test_a_run_whose_worker_died_takes_no_other_along():
    killer, second, third = [queued().pk for _ in range(3)]
    claim(2, worker="dies", now=NOON)

    claims = [claim(32, worker="w", now=LATER) for _ in range(4)]

    assert [[run.pk for run in runs] for runs in claims] == [[third], [killer], [second], []]


def test_trials_are_numbered_wait_behind_single_runs_and_are_no_events():
    sweep = make_sweep(3)
    single = queued()

    runs = claim(4, worker="w", now=NOON)
    assert [run.pk for run in claim(4, worker="w", now=NOON)] == []
    for run in runs:
        assert finish(run, NOTHING, now=NOON)

    assert list(sweep.runs.order_by("pk").values_list("number", flat=True)) == [1, 2, 3]
    assert [e.subject for e in Event.objects.all()] == [f"backtest:{single.pk}"] * 2


def test_a_single_run_is_claimed_before_the_trials_that_came_first():
    make_sweep(3)
    single = queued()

    assert taken() == single


def test_a_cancelled_sweep_takes_its_trials_with_it():
    sweep = make_sweep(3)
    finish(taken(), NOTHING, now=NOON)

    assert cancel_sweep(sweep, by="olga", now=NOON) == 2
    assert cancel_sweep(sweep, by="olga", now=NOON) == 0

    states = list(sweep.runs.order_by("number").values_list("state", flat=True))
    assert states == ["done", "cancelled", "cancelled"]
    assert kinds() == ["sweep.cancelled"]


def test_a_run_whose_clock_was_set_back_is_taken_up_at_once_and_given_up_in_the_end():
    queued()
    hour = timedelta(hours=1)
    dead = taken(now=NOON + hour)

    assert claim(1, worker="other", now=NOON + hour - LEASE) == []  # it may well beat yet
    [found] = claim(1, worker="other", now=NOON)
    assert (found.pk, found.attempts) == (dead.pk, 2)
    assert not finish(dead, NOTHING, now=NOON)

    Backtest.objects.update(attempts=3, beat_at=NOON + hour)
    assert give_up(now=NOON) == 1
