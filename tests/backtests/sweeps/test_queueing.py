import pytest

from audit.models import Event
from backtests.models import Backtest, Sweep
from backtests.sweeps.queueing import Search, queue_sweep
from backtests.sweeps.writing import SpaceError
from tests.backtests.stored import plan, store_minutes
from tests.builders import NOON

pytestmark = pytest.mark.django_db


def queued(space, **search):
    return queue_sweep(plan(), space, Search(**search), by="anna", now=NOON)


def test_a_grid_becomes_one_waiting_trial_for_each_combination():
    store_minutes(count=100)

    sweep = queued({"fast": "5, 10", "slow": "10, 20", "gate": " "})

    assert (sweep.trials, sweep.left_out, sweep.state) == (3, 1, "queued")
    assert sweep.space == {"fast": "5, 10", "slow": "10, 20"}
    trials = sweep.runs.order_by("number")
    assert [run.number for run in trials] == [1, 2, 3]
    assert [run.asked().parameters for run in trials] == [
        {"fast": 5, "slow": 10},
        {"fast": 5, "slow": 20},
        {"fast": 10, "slow": 20},
    ]
    event = Event.objects.get(kind="sweep.queued")
    assert event.payload["left_out"] == 1
    assert "3 trials of EMA cross with RSI gate on " in event.text


def test_a_random_search_has_the_trials_it_was_asked_for():
    store_minutes(count=100)

    sweep = queued({"fast": "2..20", "sl_value": "1..5"}, kind="random", trials=25, seed=3)

    assert (sweep.trials, sweep.runs.count(), sweep.seed) == (25, 25, 3)
    assert (
        len({(run.asked().sl_value, *run.asked().parameters.values()) for run in sweep.runs.all()})
        == 25
    )


@pytest.mark.parametrize("windows", [0, 25])
def test_nothing_is_queued_of_what_cannot_be_searched(windows):
    store_minutes(count=100)

    with pytest.raises(SpaceError, match="1 to 24 windows"):
        queued({"fast": "5, 10"}, windows=windows)

    assert not Sweep.objects.exists() and not Backtest.objects.exists()


def test_a_sweep_of_two_thousand_trials_is_written_in_batches(django_assert_max_num_queries):
    store_minutes(count=100)
    asked = plan()

    with django_assert_max_num_queries(60):
        space = {"rsi_period": "2:41:1", "gate": "40:64.5:0.5"}
        queue_sweep(asked, space, Search(), by="anna", now=NOON)

    assert Backtest.objects.count() == 2000
