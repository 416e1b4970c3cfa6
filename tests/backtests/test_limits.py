"""What one person may have waiting, and how much one sweep may ask for."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.urls import reverse

from backtests.limits import MOST_OPEN, MOST_SWEEPS, QueueFull, too_much
from backtests.models import Backtest, Sweep
from backtests.runs import again, queue_backtest
from backtests.sweeps.queueing import Search, queue_sweep
from tests.backtests.stored import asked, make_backtest, plan, store_minutes
from tests.builders import NOON, make_user

pytestmark = pytest.mark.django_db


def full(by="olga"):
    """As many waiting backtests of `by` as there may be."""
    store_minutes(count=10)
    for _ in range(MOST_OPEN):
        make_backtest("queued", created_by=by)


def test_nobody_has_more_than_a_hundred_backtests_open():
    full()
    run = Backtest.objects.first()

    with pytest.raises(QueueFull, match="100 backtests of yours wait or run"):
        again(run, by="olga", now=NOON)

    queue_backtest(plan(), by="anna", now=NOON)
    Backtest.objects.filter(pk=run.pk).update(state="cancelled")
    assert again(run, by="olga", now=NOON).state == "queued"


def test_a_script_hears_that_its_queue_is_full(client):
    full()
    client.force_login(make_user("olga", "staff"))

    answer = client.post("/api/backtests", asked(), content_type="application/json")

    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "QUEUE_FULL"
    assert Backtest.objects.count() == MOST_OPEN


def test_the_page_says_so_too(client):
    full()
    run = Backtest.objects.first()
    client.force_login(make_user("olga", "staff"))

    answer = client.post(reverse("backtest-again", args=[run.pk]), follow=True)

    assert "Nothing was done. 100 backtests of yours" in answer.content.decode()


def test_nobody_has_more_than_ten_sweeps_open():
    store_minutes(count=10)
    for _ in range(MOST_SWEEPS):
        queue_sweep(plan(), {"fast": "5, 10"}, Search(), by="olga", now=NOON)

    with pytest.raises(QueueFull, match="10 sweeps of yours"):
        queue_sweep(plan(), {"fast": "5, 10"}, Search(), by="olga", now=NOON)

    assert Sweep.objects.count() == MOST_SWEEPS


def test_a_sweep_may_not_ask_for_more_than_a_verdict_can_hold():
    store_minutes(count=10)
    years = replace(plan(), start=NOON - timedelta(days=7300), end=NOON)

    assert too_much(years, 2_000) == ""
    assert "3,000 trials over this period are more" in too_much(years, 3_000)


@pytest.mark.parametrize("name", ["from", "config"])
@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000])
def test_a_link_to_a_number_too_long_to_be_one_is_404(client, name, number):
    client.force_login(make_user("olga", "staff"))

    assert client.get(reverse("backtest-new"), {name: number}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_do_not_both_get_the_last_place():
    full()
    Backtest.objects.filter(pk=Backtest.objects.first().pk).update(state="cancelled")
    counted = Barrier(6)

    def ask(_):
        try:
            counted.wait(20)
            return queue_backtest(plan(), by="olga", now=NOON).state
        except QueueFull:
            return "full"
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(ask, range(6)))

    assert answers == [*5 * ["full"], "queued"]
    assert Backtest.objects.exclude(state="cancelled").count() == MOST_OPEN
