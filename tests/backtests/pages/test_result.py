"""What the page of a finished backtest tells, and its files."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from backtests.models import Backtest
from backtests.report.notice import HYPOTHETICAL
from tests.backtests.finished import make_done
from tests.backtests.pages.asked import page_of, said

pytestmark = pytest.mark.django_db


def test_the_result_tells_figures_question_doubts_and_the_notice(viewer):
    run = make_done()

    told = said(viewer.get(page_of(run)))

    assert f"Results {run.figures['n']} " in told
    assert HYPOTHETICAL in told
    assert "the same as the live desk" in told
    assert "one mood of the market" in told  # two days
    assert "none: every entry is taken" in told


def test_code_that_is_no_longer_the_desks_is_said(viewer):
    run = make_done()
    Backtest.objects.update(code="0ld")

    assert "not what the live desk decides with now" in said(viewer.get(page_of(run)))


@pytest.mark.parametrize("cut", ["month", "side", "reason", "hour"])
def test_each_cut_has_every_result_once(viewer, cut):
    run = make_done()

    page = viewer.get(page_of(run), {"cut": cut}).content.decode()

    table = re.search(r'id="cut".*?</table>', page, re.S)[0]
    counts = re.findall(r'<td class="num right count"[^>]*>(\d+)', table)
    assert sum(map(int, counts)) == run.figures["n"]


def test_trades_are_sorted_by_r_and_shown_a_page_at_a_time(viewer):
    run = make_done()

    page = viewer.get(page_of(run), {"sort": "-r"}).context["shown"].trades
    results = [row.trade.r for row in page.rows]

    assert results == sorted(results, reverse=True)
    assert results[0] == pytest.approx(run.figures["best_r"])
    assert len(results) == min(50, page.total)


def test_a_trade_is_drawn_on_its_candles_with_entry_stop_target_and_exit(viewer):
    run = make_done()
    trade = run.result.trades()

    drawn = viewer.get(reverse("backtest-candles", args=[run.pk, 3])).json()

    assert [line["kind"] for line in drawn["lines"]] == ["entry", "sl", "tp"]
    assert drawn["lines"][0]["points"][0][1] == trade.entry_price[3]
    assert {mark["kind"] for mark in drawn["marks"]} == {
        "exit",
        "BUY" if trade.side[3] > 0 else "SELL",
    }
    times = [bar[0] for bar in drawn["bars"]]
    assert all(mark["time"] in times for mark in drawn["marks"])


def test_a_whole_day_is_drawn_with_all_that_was_decided_on_it(viewer):
    run = make_done()
    decided = run.result.trades().decided_at.astype("datetime64[D]")

    url = reverse("backtest-candles", args=[run.pk, 3])
    drawn = viewer.get(url, {"view": "day"}).json()

    entries = [mark for mark in drawn["marks"] if mark["kind"] != "exit"]
    assert len(entries) == (decided == decided[3]).sum()
    assert (drawn["timeframe"], drawn["plots"]) == ("M5", [])


def test_equity_is_drawn_in_r_and_in_money(viewer):
    run = make_done()
    url = reverse("backtest-equity", args=[run.pk])

    in_r, money = viewer.get(url).json(), viewer.get(url, {"unit": "money"}).json()

    assert in_r["points"][-1][1] == pytest.approx(run.figures["r_sum"], abs=0.01)
    assert money["points"][-1][1] == pytest.approx(100 * run.figures["net_pct"], abs=0.01)
    assert viewer.get(url, {"v": in_r["version"]}).status_code == 204


def test_the_trades_are_taken_along_as_csv_and_json(viewer):
    run = make_done(guards="desk")
    csv = b"".join(viewer.get(reverse("backtest-csv", args=[run.pk]))).decode()
    kept = json.loads(b"".join(viewer.get(reverse("backtest-json", args=[run.pk]))))

    assert "Capital: 10000.00 account currency" in csv
    lines = [line for line in csv.splitlines() if not line.startswith("#")]
    assert len(lines) - 1 == len(kept["trades"]) == len(run.result.trades())
    assert kept["plan"] == run.plan and kept["notice"] == HYPOTHETICAL
    assert kept["figures"]["n"] == run.figures["n"]
    assert Event.objects.filter(kind="backtest.exported").count() == 2


def test_the_report_is_one_file_that_loads_nothing_and_runs_nothing(viewer):
    run = make_done()

    answer = viewer.get(reverse("backtest-report", args=[run.pk]))

    text = answer.content.decode()
    assert answer["Content-Disposition"] == f'attachment; filename="backtest-{run.pk}.html"'
    assert not re.search(r"<script|<link|<img|@import|url\(|https?://", text)
    assert HYPOTHETICAL in said(answer) and text.count('class="curve"') == 2


def test_the_result_takes_few_queries(viewer):
    run = make_done()

    with CaptureQueriesContext(connection) as asked:
        viewer.get(page_of(run))

    assert len(asked) <= 14, [each["sql"][:90] for each in asked]
