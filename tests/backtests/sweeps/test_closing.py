import html

import pytest

from audit.models import Event
from backtests.models import Backtest, BacktestResult, Sweep
from backtests.sweeps.closing import close_if_done
from backtests.working import close_ended
from tests.backtests.sweeps.rows import make_sweep, make_trial
from tests.backtests.sweeps.trading import trades
from tests.builders import NOON, make_user

pytestmark = pytest.mark.django_db


def ended_sweep(states=("done", "done", "done"), **values):
    sweep = make_sweep(trials=len(states), **values)
    for number, state in enumerate(states, start=1):
        settings = {"fast": number + 4, "slow": 20 * number}
        make_trial(sweep, number, settings, state=state, edge=0.4 * (number == 2))
    return sweep


def test_the_last_trial_gives_a_sweep_its_verdict_once():
    sweep = ended_sweep()

    assert [close_if_done(sweep.pk, now=NOON) for _ in range(2)] == [True, False]

    sweep.refresh_from_db()
    assert (sweep.state, sweep.finished_at) == ("done", NOON)
    assert sweep.verdict["choice"]["settings"] == {"fast": 6}
    assert [row[0] for row in sweep.verdict["rows"]] == [1, 2, 3]
    event = Event.objects.get(kind="sweep.done")
    assert event.text == f"Sweep {sweep.pk}: {sweep.verdict['text']}"


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_sweep_with_a_trial_on_its_way_waits(state):
    sweep = ended_sweep(("done", state))

    assert not close_if_done(sweep.pk, now=NOON)
    assert Sweep.objects.get().verdict is None


def test_a_sweep_whose_trials_are_not_all_written_waits():
    sweep = make_sweep(trials=3)
    make_trial(sweep, 1, {"fast": 5})

    assert not close_if_done(sweep.pk, now=NOON)


@pytest.mark.parametrize(
    ("states", "state"),
    [(("failed", "cancelled"), "failed"), (("cancelled", "cancelled"), "cancelled")],
)
def test_without_any_result_there_is_no_verdict(states, state):
    sweep = ended_sweep(states)

    assert close_if_done(sweep.pk, now=NOON)
    sweep.refresh_from_db()
    assert (sweep.state, sweep.verdict) == (state, None)


def test_trials_that_failed_are_not_counted_as_tried():
    sweep = ended_sweep(("done", "failed", "done"))

    close_if_done(sweep.pk, now=NOON)

    assert Sweep.objects.get().verdict["trials"] == 2
    assert Event.objects.get(kind="sweep.done").payload["failed"] == 1


def test_settings_of_the_plan_itself_are_told_beside_those_of_the_strategy():
    sweep = make_sweep({"fast": "5", "sl_value": "2, 3"}, trials=2)
    for number, stop in ((1, 2.0), (2, 3.0)):
        make_trial(sweep, number, {"fast": 5, "sl_value": stop}, trades((1, 1.0)))

    close_if_done(sweep.pk, now=NOON)

    verdict = Sweep.objects.get().verdict
    assert [row[-2:] for row in verdict["rows"]] == [[5, 2.0], [5, 3.0]]
    assert verdict["columns"][-2:] == ["fast", "sl_value"]


def test_a_verdict_reads_each_result_once(django_assert_max_num_queries):
    sweep = ended_sweep(("done",) * 12)

    with django_assert_max_num_queries(13):
        close_if_done(sweep.pk, now=NOON)

    assert Backtest.objects.count() == 12


def test_a_sweep_that_cannot_be_judged_says_why_and_keeps_no_other_from_its_verdict(client):
    damaged, whole = ended_sweep(), ended_sweep()
    BacktestResult.objects.filter(backtest__sweep=damaged).update(packed=b"not columns")

    close_ended(clock=lambda: NOON)

    damaged.refresh_from_db()
    whole.refresh_from_db()
    assert (damaged.state, damaged.verdict, whole.state) == ("failed", None, "done")
    assert "The worker's log says where" in damaged.error
    assert damaged.error in Event.objects.get(kind="sweep.failed").text
    client.force_login(make_user("vera", "viewer"))
    assert damaged.error in html.unescape(client.get(f"/backtests/sweeps/{damaged.pk}/").text)
