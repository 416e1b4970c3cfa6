from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.statistics.drawdown import deepest, equity, longest_run
from tests.risk.statistics.drawn import MONDAY, sample

HOUR = timedelta(hours=1)


def test_a_curve_by_hand():
    curve = equity(sample(1.0, 2.0, -1.0, -1.5, 0.5, 2.5))

    assert curve.equity_r.tolist() == [1.0, 3.0, 2.0, 0.5, 1.0, 3.5]
    assert curve.drawdown_r.tolist() == [0.0, 0.0, -1.0, -2.5, -2.0, 0.0]
    fall = deepest(curve)
    assert (fall.depth_r, fall.is_recovered) == (-2.5, True)
    assert (fall.started_at, fall.lasted) == (MONDAY + HOUR, 4 * HOUR)  # from the best to a new one


def test_a_fall_without_recovery_lasts_to_the_end():
    fall = deepest(equity(sample(2.0, -1.0, -1.0, 0.5)))

    assert (fall.depth_r, fall.is_recovered, fall.lasted) == (-2.0, False, 3 * HOUR)


def test_a_record_that_begins_with_losses_falls_from_zero():
    fall = deepest(equity(sample(-1.0, -1.0, 1.0)))

    assert (fall.depth_r, fall.started_at, fall.lasted) == (-2.0, MONDAY, 2 * HOUR)


def test_back_at_the_best_is_recovered_in_spite_of_float_noise():
    fall = deepest(equity(sample(0.3, -0.1, -0.1, 0.1, 0.1)))

    assert (fall.is_recovered, fall.lasted) == (True, 4 * HOUR)


@pytest.mark.parametrize("r", [[], [0.0, 0.0], [1.0, 0.0, 2.0]])
def test_what_never_falls_has_no_drawdown(r):
    assert deepest(equity(sample(*r))) is None


@pytest.mark.parametrize(
    ("hits", "run"), [("", 0), ("..", 0), ("x", 1), ("xx.xxx.x", 3), ("..xx", 2), ("xxxx", 4)]
)
def test_the_longest_run(hits, run):
    assert longest_run(np.array([letter == "x" for letter in hits], dtype=bool)) == run


@given(st.lists(st.integers(-20, 20), max_size=40))
def test_the_depth_is_the_worst_any_two_moments_apart(values):
    path = np.concatenate([[0], np.cumsum(values)])
    worst = min(
        path[later] - path[first] for later in range(len(path)) for first in range(later + 1)
    )

    fall = deepest(equity(sample(*map(float, values))))

    assert (fall.depth_r if fall else 0.0) == worst
