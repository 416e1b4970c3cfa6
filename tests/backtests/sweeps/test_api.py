"""Sweeps as scripts ask for them and read them."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from backtests.limits import MOST_SWEEPS
from backtests.models import Backtest, Sweep
from backtests.sweeps.closing import close_if_done
from backtests.working import work_turn
from tests.backtests.stored import asked, store_minutes
from tests.backtests.sweeps.rows import judged_sweep, make_sweep, make_trial
from tests.builders import make_user

pytestmark = pytest.mark.django_db

URL = "/api/sweeps"
SPACE = {"fast": "5:9:2", "slow": "8, 26"}


@pytest.fixture
def staff():
    client = APIClient()
    client.force_authenticate(make_user("olga", "staff"))
    return client


def sent(**values):
    return asked(**{"guards": "none", "space": SPACE, **values})


def test_a_sweep_is_asked_for_followed_and_read_with_its_verdict(staff):
    store_minutes(count=2_880)

    first = staff.post(URL, sent(windows=2), format="json")
    while work_turn(worker="w", clock=timezone.now):
        pass
    close_if_done(first.json()["id"], now=timezone.now())
    told = staff.get(f"{URL}/{first.json()['id']}").json()
    trials = staff.get(told["backtests"]).json()["results"]

    assert first.status_code == 201, first.content
    asked_for = {name: first.json()[name] for name in ("state", "trials", "left_out", "space")}
    assert asked_for == {"state": "queued", "trials": 5, "left_out": 1, "space": SPACE}
    assert first.json()["progress"]["waits_for"] == "Waiting for a worker."
    assert (first.json()["verdict"], first.json()["opinion"]) == (None, None)
    assert (told["state"], told["progress"]["done"], told["created_by"]) == ("done", 5, "olga")
    assert told["opinion"] == told["verdict"]["opinion"]
    assert told["verdict"]["text"].startswith("Best of 5 trials")
    assert sorted(each["number"] for each in trials) == [1, 2, 3, 4, 5]


def test_the_verdict_is_told_whole_but_for_the_trials_which_are_backtests(staff):
    sweep = judged_sweep()

    told = staff.get(f"{URL}/{sweep.pk}").json()["verdict"]

    stored = Sweep.objects.get().verdict
    assert told == {name: stored[name] for name in told}
    assert set(stored) - set(told) == {"names", "columns", "rows"}


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"space": {}}, "space", "at least one setting"),
        ({"space": {"fast": "1"}}, "space.fast", "at least 2 bars"),
        ({"space": {"fats": "1"}}, "space.fats", "unknown setting"),
        ({"space": {"fast": "5..9"}}, "space.fast", "is for random"),
        ({"space": {"fast": "2:500:1", "slow": "3:1000:1"}}, "space", "more than 10,000"),
        ({"space": "fast"}, "space", "Write an object"),
        ({"strategy": "ema_rs"}, "strategy", "ema_rsi"),
        ({"start": "2020-01-01", "end": "2020-02-01"}, "start", "some of push from 2026-03-02"),
        ({"windows": 25}, "windows", "at most 24"),
        ({"least_results": 5}, "least_results", "at least 30"),
        ({"window": 3}, "window", "did you mean windows?"),
    ],
)
def test_what_cannot_be_searched_is_refused_by_field(staff, values, field, words):
    store_minutes(count=400)

    answer = staff.post(URL, sent(**values), format="json")

    assert answer.status_code == 400, answer.content
    assert words in answer.json()["error"]["details"][field][0]
    assert not Sweep.objects.exists() and not Backtest.objects.exists()


def test_one_too_many_is_409(staff):
    store_minutes(count=400)
    for _ in range(MOST_SWEEPS):
        Sweep.objects.filter(pk=make_sweep().pk).update(created_by="olga")

    answer = staff.post(URL, sent(), format="json")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "QUEUE_FULL")


def test_one_that_runs_tells_how_far_it_is_and_can_be_cancelled(staff):
    sweep = make_sweep(trials=3)
    make_trial(sweep, 1, {"fast": 5})
    make_trial(sweep, 2, {"fast": 6}, state="running")
    make_trial(sweep, 3, {"fast": 7}, state="queued")
    now = timezone.now()
    Backtest.objects.update(started_at=now - timedelta(seconds=10))
    Backtest.objects.filter(number=2).update(beat_at=now)

    told = staff.get(f"{URL}/{sweep.pk}").json()["progress"]
    ended = staff.post(f"{URL}/{sweep.pk}/cancel").json()
    again = staff.post(f"{URL}/{sweep.pk}/cancel").json()

    assert (told["done"], told["running"], told["queued"], told["waits_for"]) == (1, 1, 1, "")
    assert 20 <= told["seconds_left"] < 25
    assert ended["state"] == again["state"] == "cancelled"
    assert ended["progress"]["cancelled"] == 2


def test_one_that_nobody_begins_with_says_so(staff):
    sweep = make_sweep(trials=1, state="queued")
    make_trial(sweep, 1, {"fast": 5}, state="queued")

    told = staff.get(f"{URL}/{sweep.pk}").json()["progress"]

    assert "process `backtests` runs" in told["waits_for"]


def test_the_list_is_newest_first_by_state_and_carries_no_verdicts(staff):
    judged, running = judged_sweep(), make_sweep()

    every = staff.get(URL).json()["results"]
    done = staff.get(URL, {"state": "done"}).json()["results"]

    assert [row["id"] for row in every] == [running.pk, judged.pk]
    assert [(row["id"], row["opinion"]) for row in done] == [(judged.pk, every[1]["opinion"])]
    assert every[0]["opinion"] is None and done[0]["opinion"]
    assert "verdict" not in done[0]


def test_a_list_takes_the_same_queries_however_long(staff, django_assert_num_queries):
    for _ in range(3):
        make_trial(make_sweep(), 1, {"fast": 5})

    with django_assert_num_queries(5):  # two of them ask for her permissions
        staff.get(URL)


def test_the_same_key_asks_for_one_sweep(staff):
    store_minutes(count=400)

    for _ in range(2):
        staff.post(URL, sent(), format="json", headers={"Idempotency-Key": "one"})

    assert Sweep.objects.count() == 1
