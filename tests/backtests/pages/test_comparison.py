"""Two runs beside each other."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from backtests.readings import reading_of
from backtests.report.comparison import figures_beside
from tests.backtests.finished import make_done
from tests.backtests.pages.asked import said

pytestmark = pytest.mark.django_db


def test_two_runs_are_compared_by_question_figures_and_trades(viewer):
    first, second = make_done(), make_done(sl_value=2.5)

    told = said(viewer.get("/backtests/compare/", {"run": [second.pk, first.pk]}))

    assert "Stop 1.5 x ATR 14 2.5 x ATR 14" in told
    assert f"Results {first.figures['n']} {second.figures['n']}" in told
    assert "Not the same" not in told
    both = re.search(r"In both (\d+)", told)[1]
    assert 0 < int(both) <= first.figures["n"]


def test_runs_over_other_bars_are_compared_with_a_warning_and_no_sum_called_better(viewer):
    first, second = make_done(), make_done(start="2026-03-02T12:00")

    answer = viewer.get("/backtests/compare/", {"run": [second.pk, first.pk]})

    assert "Not the same period." in said(answer)
    tones = {each.name: each.tone for each in answer.context["figures"]}
    assert not tones["Sum"] and not tones["Net"] and tones["Expectancy"]
    assert not answer.context["curves"].second.startswith("M0.0 ")


def test_a_difference_that_rounds_to_nothing_has_no_sign_of_less():
    mine = reading_of(make_done())
    a_little_less = replace(mine.figures, profit_factor=mine.figures.profit_factor - 1e-6)
    other = SimpleNamespace(figures=a_little_less, account=mine.account, plan=mine.plan)

    told = {each.name: each.difference for each in figures_beside(mine, other)}

    assert (told["Profit factor"], told["Expectancy"]) == ("+0.00", "+0.00 R")
    assert told["Win rate"] == "+0.0 points"


@pytest.mark.parametrize("asked", [{}, {"run": ["1"]}, {"run": ["x", "99999"]}])
def test_a_comparison_of_less_than_two_says_what_to_do(viewer, asked):
    assert "Tick two in the list" in said(viewer.get("/backtests/compare/", asked))
