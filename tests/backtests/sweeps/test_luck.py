import numpy as np
import pytest
from scipy import stats

from backtests.sweeps.luck import drawn_days, luck


def daily(random, trials=12, days=250, edge=0.0):
    """Trials that move together a little, as combinations of one strategy do."""
    found = random.normal(size=(trials, days)) + 0.7 * random.normal(size=days)
    found[3] += edge
    return found


def best(rows):
    return int(np.argmax(rows.mean(axis=1) / rows.std(axis=1)))


def test_on_pure_noise_every_p_is_as_likely_as_any_other():
    random = np.random.default_rng(11)
    found = []
    for seed in range(200):
        rows = daily(random)
        found.append(luck(rows, best(rows), seed=seed, draws=200).p)

    assert stats.kstest(found, "uniform").pvalue > 0.01
    assert 0.01 <= np.mean(np.array(found) <= 0.05) <= 0.10


def test_a_planted_edge_is_found():
    rows = daily(np.random.default_rng(4), edge=0.35)

    assert best(rows) == 3
    assert luck(rows, 3, seed=1).p < 0.02


def test_the_more_were_tried_the_likelier_the_same_result_is_luck():
    random = np.random.default_rng(9)
    rows = random.normal(size=(500, 250))
    rows[0] += 0.12

    assert luck(rows[:1], 0, seed=1).p < luck(rows[:20], 0, seed=1).p < luck(rows, 0, seed=1).p


def test_one_trial_of_many_days_is_asked_as_a_t_test_would():
    rows = np.random.default_rng(6).normal(0.1, 1.0, size=(1, 400))

    asked = stats.ttest_1samp(rows[0], 0.0, alternative="greater").pvalue

    assert luck(rows, 0, seed=1, draws=4000).p == pytest.approx(asked, abs=0.02)


def test_results_that_hang_together_are_not_taken_for_independent_ones():
    random = np.random.default_rng(8)
    steps = random.normal(size=4000)
    waves = np.convolve(steps, np.ones(5), mode="valid")[:250] + 0.25

    blocks = drawn_days(250, 2000, 6, random) @ waves
    alone = drawn_days(250, 2000, 1, random) @ waves

    assert blocks.std() > 1.4 * alone.std()


def test_the_same_seed_tells_the_same():
    rows = daily(np.random.default_rng(1))

    assert luck(rows, 3, seed=5, draws=300) == luck(rows, 3, seed=5, draws=300)


def test_a_draw_has_as_many_days_as_there_are():
    drawn = drawn_days(40, 500, 4, np.random.default_rng(1))

    assert drawn.sum(axis=1) == pytest.approx(np.ones(500))
    assert drawn.mean(axis=0) == pytest.approx(np.full(40, 1 / 40), rel=0.35)


def test_nothing_is_said_of_too_few_days_or_of_a_trial_without_results():
    assert luck(np.ones((2, 29)), 0, seed=1) is None
    assert luck(np.zeros((2, 60)), 0, seed=1) is None
