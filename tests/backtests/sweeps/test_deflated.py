from math import sqrt

import numpy as np
import pytest
from scipy import stats

from backtests.sweeps.deflated import deflated, expected_maximum, probability_above

PAPER_DAYS = 1250  # five years of 250 days, as the paper's example has it
OBSERVED, DEVIATION = 2.5 / sqrt(250), sqrt(0.5 / 250)


def test_the_example_of_the_paper_is_met():
    limit = expected_maximum(DEVIATION, 100)

    found = probability_above(OBSERVED, limit, days=PAPER_DAYS, skewness=-3, kurtosis=10)

    assert limit == pytest.approx(0.1132, abs=5e-5)
    assert found == pytest.approx(0.9004, abs=5e-5)


def test_with_46_trials_the_paper_is_sure_enough():
    limit = expected_maximum(DEVIATION, 46)

    found = probability_above(OBSERVED, limit, days=PAPER_DAYS, skewness=-3, kurtosis=10)

    assert found == pytest.approx(0.9505, abs=5e-5)


def test_the_expected_maximum_is_near_that_of_drawn_ones():
    drawn = np.random.default_rng(1).normal(size=(20_000, 50)).max(axis=1)

    assert expected_maximum(1.0, 50) == pytest.approx(drawn.mean(), rel=0.02)
    assert expected_maximum(1.0, 1) == 0.0


def test_skewness_and_kurtosis_are_those_of_scipy():
    daily = np.random.default_rng(3).gamma(2.0, size=(4, 200)) - 1.5

    found = deflated(daily, 2, trials=4)

    sharpes = daily.mean(axis=1) / daily.std(axis=1, ddof=1)
    spread = 1 - stats.skew(daily[2]) * sharpes[2] + stats.kurtosis(daily[2]) / 4 * sharpes[2] ** 2
    spread += 0.5 * sharpes[2] ** 2  # kurtosis is told as excess: (k + 3 - 1) / 4
    limit = expected_maximum(sharpes.std(ddof=1), 4)
    z = (sharpes[2] - limit) * sqrt(199) / sqrt(spread)
    assert found.probability == pytest.approx(stats.norm.cdf(z))
    assert found.sharpe == pytest.approx(sharpes[2] * sqrt(252))
    assert found.expected == pytest.approx(limit * sqrt(252))


def test_more_trials_make_the_same_sharpe_less_sure():
    daily = np.random.default_rng(5).normal(0.05, 1.0, size=(20, 250))

    few, many = deflated(daily, 0, trials=20), deflated(daily, 0, trials=2000)

    assert few.sharpe == many.sharpe
    assert few.probability > many.probability


def test_a_trial_whose_days_are_all_the_same_has_none():
    assert deflated(np.zeros((3, 40)), 1, trials=3) is None
