"""Our few lines against scipy and empyrical, which the product does not import."""

import empyrical
import numpy as np
import pytest
from scipy import stats

from risk.statistics.drawdown import deepest, equity
from risk.statistics.intervals import RESAMPLES, bootstrap, wilson
from risk.statistics.ratios import sharpe, sortino
from tests.risk.statistics.drawn import sample

pytestmark = pytest.mark.once

SEEDS = range(5)


@pytest.mark.parametrize(("wins", "n"), [(0, 1), (1, 1), (10, 30), (349, 1492), (500, 500)])
def test_the_wilson_interval_is_that_of_scipy(wins, n):
    theirs = stats.binomtest(wins, n).proportion_ci(method="wilson")

    told = wilson(wins, n)

    assert (told.low, told.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@pytest.mark.parametrize("n", [30, 300, 3000])
@pytest.mark.parametrize("draw", ["normal", "exponential"])
def test_the_bootstrap_interval_is_that_of_scipy_within_the_chance_of_its_draws(n, draw):
    values = getattr(np.random.default_rng(n), draw)(size=n)
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=20_000, batch=1000, method="percentile", rng=1
    ).confidence_interval

    told = bootstrap(values)

    noise = 4 * values.std() / n**0.5 * (0.025 * 0.975 / RESAMPLES) ** 0.5 / stats.norm.pdf(1.96)
    assert told.low == pytest.approx(theirs.low, abs=noise)
    assert told.high == pytest.approx(theirs.high, abs=noise)


@pytest.mark.parametrize("seed", SEEDS)
def test_sharpe_and_sortino_are_those_of_empyrical(seed):
    days = np.random.default_rng(seed).normal(0.1, 1.0, size=120)

    assert sharpe(days) == pytest.approx(empyrical.sharpe_ratio(days))
    assert sortino(days) == pytest.approx(empyrical.sortino_ratio(days))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_drawdown_is_that_of_empyrical_which_compounds(seed):
    r = np.random.default_rng(seed).normal(0.0, 1.0, size=200)
    compounding = np.expm1(r / 100)  # its logarithms add up as R does

    fall = deepest(equity(sample(*r)))

    assert fall.depth_r == pytest.approx(100 * np.log1p(empyrical.max_drawdown(compounding)))
