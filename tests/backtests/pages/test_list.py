"""The list of backtests, and how far a run is."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backtests.models import Backtest
from backtests.pages.progress import progress
from backtests.runs import claim, queue_backtest
from strategies.ema_rsi import EmaRsi
from tests.backtests.finished import make_done
from tests.backtests.pages.asked import LIST, page_of, said
from tests.backtests.stored import plan
from tests.builders import NOON

pytestmark = pytest.mark.django_db


def test_the_list_tells_what_was_asked_and_what_it_came_to(viewer):
    run = make_done(costs={"slippage_pips": 0.2})

    told = said(viewer.get(LIST))

    assert f"{EmaRsi.title} on EURUSD" in told
    assert "Fast 3 bars" in told and "stop 1.5 x ATR 14" in told
    assert "stored spread, 0.2 pips slippage" in told
    assert f"{run.figures['expectancy_r']:+.2f} R" in told
    assert f"{run.figures['net_pct']:+,.1f}%" in told


def test_a_run_under_way_shows_how_far_it_is_and_the_part_answers_204_until_that_changes(viewer):
    queue_backtest(plan(), by="olga", now=NOON)
    [run] = claim(1, worker="w", now=NOON)
    Backtest.objects.update(bars_done=1000)
    page = viewer.get(page_of(run)).content.decode()
    part = unescape(re.search(r'hx-get="(/backtests/\d+/progress/[^"]+)"', page)[1])

    assert "1,000 of 2,880 bars" in page
    assert viewer.get(part).status_code == 204
    Backtest.objects.update(bars_done=2000)
    assert "2,000 of 2,880 bars" in said(viewer.get(part))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(3, "about"), (15, "another takes over within 40 s of its last word"), (60, "none took over")],
)
def test_a_worker_that_does_not_answer_is_said_and_no_time_left_is_told(seconds, words):
    queue_backtest(plan(), by="olga", now=NOON)
    [run] = claim(1, worker="w", now=NOON)
    run.bars_done = 1000

    told = progress(run, now=NOON + timedelta(seconds=seconds)).detail

    assert told.startswith("1,000 of 2,880 bars") and words in told
    assert ("left" in told) == (seconds == 3)


def test_when_a_run_has_ended_its_page_is_loaded_anew(viewer):
    run = make_done()

    answer = viewer.get(reverse("backtest-progress", args=[run.pk]))

    assert answer.status_code == 204
    assert answer["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("asked", "found"),
    [({"symbol": "EURUSD"}, 1), ({"strategy": "meanrev_bb"}, 0), ({"state": "queued"}, 0)],
)
def test_the_list_is_narrowed(viewer, asked, found):
    make_done()

    assert len(viewer.get(LIST, asked).context["page"].rows) == found


def test_an_unknown_filter_shows_nothing_and_says_so(viewer):
    make_done()

    told = said(viewer.get(LIST, {"symbol": "XXX"}))

    assert "There is no symbol “XXX”" in told and "corrected" in told


@pytest.mark.parametrize(("count", "most"), [(1, 14), (12, 14)])
def test_the_list_takes_as_many_queries_however_long(viewer, count, most):
    for _ in range(count):
        queue_backtest(plan(), by="olga", now=NOON)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        viewer.get(LIST)

    assert len(asked) <= most, [each["sql"][:90] for each in asked]
