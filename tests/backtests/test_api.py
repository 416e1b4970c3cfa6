"""Backtests as scripts ask for them and read them."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from audit.models import Event
from backtests.models import Backtest, State
from backtests.runs import beat, claim
from backtests.working import work_turn
from tests.backtests.stored import asked, make_backtest, store_minutes
from tests.builders import NOON, make_user

pytestmark = pytest.mark.django_db

URL = "/api/backtests"


@pytest.fixture
def staff():
    client = APIClient()
    client.force_authenticate(make_user("olga", "staff"))
    return client


def queued(client, **values):
    answer = client.post(URL, asked(**values), format="json")
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_backtest_is_asked_for_and_read_when_it_is_done(staff):
    store_minutes(count=2_880)

    first = queued(staff, costs={"spread_pips": 1.2})
    work_turn(worker="w", clock=timezone.now)
    told = staff.get(f"{URL}/{first['id']}").json()

    assert (first["state"], first["figures"], first["trades"]) == ("queued", None, None)
    assert first["plan"]["costs"]["spread_pips"] == 1.2
    assert first["created_by"] == "olga"
    assert first["progress"]["waits_for"] == "Waiting for a worker."
    assert told["state"] == "done"
    assert told["progress"]["bars_done"] == told["progress"]["bars_total"] == 2_880
    assert told["figures"]["n"] + told["figures"]["refused"] > 10


def test_its_trades_are_told_one_by_one_as_json_and_as_csv(staff):
    store_minutes(count=2_880)
    run = queued(staff)
    work_turn(worker="w", clock=timezone.now)
    told = staff.get(f"{URL}/{run['id']}").json()

    trades = staff.get(told["trades"])
    listed = b"".join(trades.streaming_content)
    sheet = b"".join(staff.get(told["trades"], {"file": "csv"}).streaming_content).decode()

    taken_along = Event.objects.filter(kind="backtest.exported").order_by("pk")
    assert [event.actor for event in taken_along] == ["olga", "olga"]
    assert [event.text.split(" as ")[1] for event in taken_along] == ["JSON.", "CSV."]
    rows = json.loads(listed)["trades"]
    figures = told["figures"]
    taken = [row for row in rows if not row["refused_by"] and row["r_multiple"] is not None]
    assert sum(row["r_multiple"] for row in taken) == pytest.approx(figures["r_sum"], abs=0.01)
    assert len(taken) == figures["n"]
    assert {row["action"] for row in rows} == {"BUY", "SELL"}
    assert rows[0]["decided_at"].endswith("Z")
    assert len([line for line in sheet.splitlines() if line[0] != "#"]) == len(rows) + 1


def test_what_cannot_be_tested_is_refused_by_field(staff):
    store_minutes(count=400)

    far = staff.post(URL, asked(start="2020-01-01", end="2020-02-01"), format="json")
    wrong = staff.post(URL, asked(parameters={"fats": 2}), format="json")

    assert far.status_code == wrong.status_code == 400
    assert "some of push from 2026-03-02" in far.json()["error"]["details"]["start"][0]
    assert "did you mean 'fast'" in wrong.json()["error"]["details"]["parameters.fats"][0]
    assert not Backtest.objects.exists()


def test_a_running_one_tells_how_long_it_takes_and_can_be_cancelled(staff):
    store_minutes(count=400)
    run = queued(staff)
    now = timezone.now()
    [working] = claim(1, worker="w", now=now - timedelta(seconds=10))
    beat(working, bars_done=100, now=now)

    told = staff.get(f"{URL}/{run['id']}").json()["progress"]
    ended = staff.post(f"{URL}/{run['id']}/cancel").json()
    again = staff.post(f"{URL}/{run['id']}/cancel").json()

    assert told["bars_done"] == 100
    assert 20 < told["seconds_left"] <= 30
    assert ended["state"] == again["state"] == "cancelled"


def test_trades_of_one_that_is_not_done_are_409(staff):
    run = make_backtest("failed", error="There was not enough memory.")

    answer = staff.get(f"{URL}/{run.pk}/trades")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "NOT_DONE")


def test_the_list_has_single_ones_newest_first_by_state(staff):
    done, waiting = make_backtest(), make_backtest("queued")

    every = staff.get(URL).json()["results"]
    ended = staff.get(URL, {"state": "done"}).json()["results"]

    assert [row["id"] for row in every] == [waiting.pk, done.pk]
    assert [row["id"] for row in ended] == [done.pk]
    assert "process `backtests` runs" in every[0]["progress"]["waits_for"]


def test_a_list_takes_the_same_queries_however_long(staff, django_assert_num_queries):
    for _ in range(3):
        make_backtest("queued", created_at=NOON)

    with django_assert_num_queries(4):  # two of them ask for her permissions
        staff.get(URL)

    assert Backtest.objects.filter(state=State.QUEUED).count() == 3


def test_the_same_key_asks_for_one_backtest(staff):
    store_minutes(count=400)

    for _ in range(2):
        staff.post(URL, asked(), format="json", headers={"Idempotency-Key": "one"})

    assert Backtest.objects.count() == 1
