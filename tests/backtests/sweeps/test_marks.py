from datetime import date, timedelta

import numpy as np
import pytest

from backtests.sweeps.choosing import Rule, choice, walk_forward
from backtests.sweeps.marks import Marks, Windows
from tests.backtests.sweeps.trading import MONDAY, trades

FOUR_DAYS = Windows.of(MONDAY + timedelta(hours=1), MONDAY + timedelta(days=4), 2)  # Mon to Thu
FIRST, SECOND, BOTH = slice(0, 1), slice(1, 2), slice(0, 2)


def marked(*lists, windows=FOUR_DAYS):
    marks = Marks(windows, len(lists))
    for number, rows in enumerate(lists, start=1):
        marks.add(number, trades(*rows))
    return marks


def test_windows_are_equal_parts_in_whole_trading_days():
    windows = Windows.of(MONDAY, MONDAY + timedelta(days=28, hours=-2), 4)

    assert windows.dates(0) == (date(2026, 1, 5), date(2026, 1, 11))
    assert windows.dates(3)[0] == date(2026, 1, 26)
    assert len(Windows.of(MONDAY, MONDAY + timedelta(hours=2), 4)) == 1


def test_a_trade_counts_in_the_window_that_decided_it_however_late_it_closed():
    # the trading day ends at 22:00 UTC in winter: Wednesday's begins on Tuesday at 22:00
    marks = marked([(1, 1.0), (45.75, 2.0), (46.5, 4.0)])

    assert marks.counts.tolist() == [[2, 1]]
    assert marks.days(FIRST).tolist() == [[1.0, 2.0]]  # closed at 22:15, its window being over
    assert marks.days(SECOND)[0, 0] == 4.0


def test_refused_and_unknown_results_count_nowhere():
    marks = Marks(FOUR_DAYS, 1)
    marks.add(1, trades((1, 1.0), (2, np.nan), (3, 5.0), refused=(2,)))

    assert marks.results(BOTH).tolist() == [1]
    assert marks.expectancy(BOTH).tolist() == [1.0]


def test_weekends_without_any_result_are_no_days():
    windows = Windows.of(MONDAY, MONDAY + timedelta(days=14, hours=-2), 1)

    assert marked([(1, 1.0)], windows=windows).days(slice(0, 1)).shape == (1, 10)
    assert marked([(1, 1.0), (24 * 5 + 1, 1.0)], windows=windows).days(slice(0, 1)).shape == (1, 11)


def test_the_sharpe_of_a_trial_is_that_of_its_days():
    marks = marked([(1, 1.0), (25, 3.0)], [(1, 2.0)])

    # days 1 and 3: mean 2, deviation sqrt(2); days 2 and 0: mean 1, deviation sqrt(2)
    assert marks.sharpe(FIRST) == pytest.approx([252**0.5 * 2**0.5, 252**0.5 / 2**0.5])


def test_the_best_of_a_window_is_judged_in_the_next():
    marks = marked([(1, 1.0), (50, -1.0)], [(1, 0.5), (50, 2.0)])

    (step,) = walk_forward(marks, Rule("expectancy", 1))

    assert (step.inside, step.outside, step.row) == (FIRST, SECOND, 0)
    assert marks.expectancy(step.outside)[step.row] == -1.0


def test_the_last_window_has_no_part_in_the_choice():
    marks = marked([(1, 1.0), (50, -9.0)], [(1, 0.5), (50, 9.0)])

    assert choice(marks, Rule("expectancy", 1)).row == 0


def test_a_trial_with_too_few_results_is_not_chosen_however_good_they_are():
    marks = marked([(1, 9.0)], [(1, 0.1), (2, 0.1)])

    assert choice(marks, Rule("expectancy", 2)).row == 1
    assert choice(marks, Rule("expectancy", 3)).row is None


def test_a_trial_may_be_chosen_by_its_sharpe():
    steady = [(hour, 1.0 + hour / 100) for hour in (1, 25)]
    marks = marked([(1, 9.0), (25, 0.1)], steady)

    assert choice(marks, Rule("expectancy", 1)).row == 0
    assert choice(marks, Rule("sharpe", 1)).row == 1
