"""Results are added up without inventing any."""

import pytest

from risk.statistics import NOTHING, Results, together


def results(**values):
    return Results(**{**vars(NOTHING), **values})


def test_nothing_judged_has_no_rate_and_no_mean():
    assert (NOTHING.win_rate, NOTHING.r_mean, NOTHING.pips_mean) == (None, None, None)
    assert NOTHING.undecided == 0
    assert not NOTHING.is_demo


def test_rates_and_means_are_of_the_sample_alone():
    some = results(closed=5, n=4, wins=1, losses=2, r_sum=-1.0, pips_sum=6.0)

    assert (some.win_rate, some.r_mean, some.pips_mean) == (0.25, -0.25, 1.5)
    assert some.undecided == 1


def test_parts_add_up_and_an_unknown_sum_adds_nothing():
    first = results(closed=2, n=2, wins=1, r_sum=1.5, pips_sum=10.0)
    second = results(open=1, closed=1, blocked=3, demo=1)

    whole = together([first, second])

    assert (whole.open, whole.closed, whole.blocked, whole.n) == (1, 3, 3, 2)
    assert (whole.r_sum, whole.pips_sum) == (1.5, 10.0)
    assert whole.is_demo


@pytest.mark.parametrize("parts", [[], [NOTHING, NOTHING]])
def test_nothing_and_nothing_is_nothing(parts):
    assert together(parts) == NOTHING
