import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.statistics.intervals import LARGE, Interval, bootstrap, wilson


def test_ten_wins_in_thirty_by_hand():
    told = wilson(10, 30)

    # z = 1.96, z² = 3.8415: middle (1/3 + 3.8415/60) / (1 + 3.8415/30) = 0.39736 / 1.12805
    # half 1.96 / 1.12805 · √(2/9/30 + 3.8415/3600) = 1.73750 · 0.092057
    assert told.low == pytest.approx(0.35225 - 0.15995, abs=2e-5)
    assert told.high == pytest.approx(0.35225 + 0.15995, abs=2e-5)


def test_no_win_in_thirty_does_not_mean_never():
    told = wilson(0, 30)

    assert told.low == 0.0
    assert told.high == pytest.approx(3.8415 / 33.8415, abs=1e-4)  # z² / (n + z²)


def test_an_empty_sample_has_no_interval():
    assert wilson(0, 0) is None
    assert bootstrap(np.array([])) is None
    assert bootstrap(np.array([1.0])) is None


@pytest.mark.parametrize("n", [40, LARGE])
def test_results_that_are_all_the_same_leave_no_doubt(n):
    assert bootstrap(np.full(n, -1.0)) == Interval(low=-1.0, high=-1.0)


def test_the_same_results_tell_the_same_interval_each_time():
    values = np.linspace(-1, 2, 100)

    assert bootstrap(values) == bootstrap(values.copy())


def test_draws_and_expansion_meet_where_one_takes_over_from_the_other():
    values = np.where(np.arange(LARGE) % 4 == 0, 3.0, -1.0)  # a quarter wins 3 R: mean 0, skewed

    drawn, computed = bootstrap(values[:-1]), bootstrap(values)

    error = np.sqrt(3 / LARGE)  # the variance is 9/4 + 3/4
    assert computed.low == pytest.approx(-1.96 * error, abs=0.1 * error)
    assert drawn.low == pytest.approx(computed.low, abs=0.2 * error)
    assert drawn.high == pytest.approx(computed.high, abs=0.2 * error)


@given(st.integers(1, 100_000), st.data())
def test_a_rate_lies_within_its_interval_and_that_within_none_and_all(n, data):
    wins = data.draw(st.integers(0, n))

    told = wilson(wins, n)

    assert 0 <= told.low <= wins / n <= told.high <= 1


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=60))
def test_the_interval_of_a_mean_lies_within_the_results(values):
    told = bootstrap(np.array(values))

    assert min(values) - 1e-9 <= told.low <= told.high <= max(values) + 1e-9
