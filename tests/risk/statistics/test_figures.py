"""Figures worked by hand, and what is not told of a small sample."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.statistics import MINIMUM, Sample, figures
from tests.risk.statistics.drawn import MONDAY, sample

THIRTY = sample(*[1.5] * 10, *[-1.0] * 19, 0.0)
RATES = [
    *("win_rate", "win_rate_interval", "expectancy_r", "expectancy_interval", "pips_mean"),
    *("profit_factor", "payoff", "sharpe", "sortino"),
]

results = st.lists(st.integers(-300, 500).map(lambda n: n / 100), max_size=80)


def test_thirty_results_by_hand():
    told = figures(THIRTY)

    assert (told.n, told.wins, told.losses, told.even) == (30, 10, 19, 1)
    assert told.win_rate == pytest.approx(10 / 30)
    assert (told.r_sum, told.expectancy_r) == (-4.0, pytest.approx(-4 / 30))  # 15 won, 19 lost
    assert told.profit_factor == pytest.approx(15 / 19)
    assert told.payoff == 1.5
    assert (told.pips_sum, told.pips_mean) == (-40.0, pytest.approx(-4 / 3))
    assert told.return_pct_sum == pytest.approx(-0.4)
    assert (told.best_r, told.worst_r, told.longest_losing_run) == (1.5, -1.0, 19)


def test_below_the_minimum_counts_and_sums_are_told_but_no_rate():
    told = figures(THIRTY.where(np.arange(30) < 29))

    assert (told.n, told.r_sum, told.max_drawdown_r) == (29, -4.0, -19.0)
    assert (told.is_enough, told.missing) == (False, 1)
    assert [getattr(told, name) for name in RATES] == [None] * len(RATES)


def test_nothing_has_no_sum_and_no_drawdown():
    told = figures(sample())

    assert (told.n, told.missing, told.days) == (0, MINIMUM, 0)
    assert (told.r_sum, told.pips_sum, told.max_drawdown_r, told.best_r) == (None,) * 4
    assert told.longest_losing_run == 0


def test_wins_alone_have_no_profit_factor_and_no_payoff_and_never_infinity():
    told = figures(sample(*[1.0] * 40))

    assert (told.profit_factor, told.payoff, told.sortino) == (None, None, None)
    assert told.win_rate == 1.0
    assert (told.max_drawdown_r, told.drawdown_started_at, told.is_recovered) == (0.0, None, None)


def test_sharpe_and_sortino_wait_for_thirty_days_not_only_results():
    week = sample(*[1.0, -1.0, 0.5] * 20, step=timedelta(hours=1))
    months = sample(*[1.0, -1.0, 0.5] * 20, step=timedelta(days=1))

    assert (figures(week).days, figures(week).sharpe) == (4, None)
    assert figures(months).days >= MINIMUM
    assert figures(months).sharpe is not None and figures(months).sortino is not None


def test_ties_say_how_much_better_the_optimistic_reading_is():
    told = figures(sample(-1.0, -1.0, 1.5, optimistic={0: 1.5, 1: 2.0}))

    assert (told.ties, told.tie_r) == (2, 5.5)  # from -1 to 1.5 and from -1 to 2


def test_rows_in_any_order_are_told_oldest_first():
    rows = [(MONDAY + timedelta(hours=n), float(n), 0.0, 0.0, None) for n in (2, 0, 1)]

    assert Sample.of(rows).r.tolist() == [0.0, 1.0, 2.0]


def test_a_sample_out_of_order_or_of_uneven_arrays_is_refused():
    with pytest.raises(ValueError, match="oldest first"):
        replace(sample(1.0, 2.0), closed_at=sample(1.0, 2.0).closed_at[::-1])
    with pytest.raises(ValueError, match="one length"):
        replace(sample(1.0, 2.0), pips=np.zeros(3))


@settings(max_examples=40)
@given(results, results)
def test_counts_and_sums_of_two_parts_add_up(first, second):
    one, other, both = figures(sample(*first)), figures(sample(*second)), sample(*first, *second)

    whole = figures(both)

    for name in ("n", "wins", "losses", "even"):
        assert getattr(whole, name) == getattr(one, name) + getattr(other, name)
    assert (whole.r_sum or 0) == pytest.approx((one.r_sum or 0) + (other.r_sum or 0), abs=1e-9)


@settings(max_examples=40)
@given(results, st.randoms(use_true_random=False))
def test_rates_do_not_depend_on_the_order(values, random):
    shuffled = random.sample(values, len(values))

    one, other = figures(sample(*values)), figures(sample(*shuffled))

    assert (one.win_rate, one.win_rate_interval) == (other.win_rate, other.win_rate_interval)
    assert one.expectancy_r == pytest.approx(other.expectancy_r)
    assert one.profit_factor == pytest.approx(other.profit_factor)


@settings(max_examples=40)
@given(st.lists(st.sampled_from([-1.0, -0.25, 0.0, 0.5, 2.0]), min_size=30, max_size=60))
def test_twice_the_r_is_twice_the_expectancy_and_the_same_ratios(values):
    one = figures(sample(*values, step=timedelta(days=1)))
    double = figures(sample(*[2 * value for value in values], step=timedelta(days=1)))

    assert double.expectancy_r == pytest.approx(2 * one.expectancy_r)
    assert double.expectancy_interval.high == pytest.approx(2 * one.expectancy_interval.high)
    assert double.max_drawdown_r == pytest.approx(2 * one.max_drawdown_r)
    for name in ("win_rate", "profit_factor", "payoff", "sharpe", "sortino"):
        assert getattr(double, name) == pytest.approx(getattr(one, name))


@settings(max_examples=40)
@given(st.lists(st.sampled_from([-1.0, 0.0, 1.5]), min_size=30, max_size=60))
def test_one_more_loss_never_makes_a_record_look_better(values):
    before, after = figures(sample(*values)), figures(sample(*values, -1.0))

    assert after.win_rate <= before.win_rate
    assert after.win_rate_interval.high <= before.win_rate_interval.high
    assert after.max_drawdown_r <= before.max_drawdown_r
    assert after.longest_losing_run >= before.longest_losing_run
