from datetime import UTC, datetime

import numpy as np
import pytest

from risk.statistics.ratios import daily_r, sharpe, sortino
from tests.risk.statistics.drawn import at, sample

YEAR = 252**0.5


def utc(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def test_four_days_by_hand():
    days = np.array([1.0, -1.0, 2.0, 0.0])

    # mean 0.5; squares of the distances 0.25 + 2.25 + 2.25 + 0.25 = 5, over 3; downside √(1/4)
    assert sharpe(days) == pytest.approx(0.5 / (5 / 3) ** 0.5 * YEAR)
    assert sortino(days) == pytest.approx(0.5 / 0.5 * YEAR)


@pytest.mark.parametrize("days", [[], [1.0], [0.1] * 7])
def test_without_a_difference_between_days_there_is_no_ratio(days):
    assert sharpe(np.array(days)) is None
    assert sortino(np.array(days)) is None


def test_a_day_sums_its_results_and_a_day_without_any_is_zero():
    friday, wednesday = utc(20, 12), utc(25, 12)

    told = daily_r(at(friday, friday, wednesday))

    assert told.tolist() == [2.0, 0.0, 0.0, 1.0]  # Friday, Monday, Tuesday, Wednesday


def test_a_day_ends_at_five_in_the_afternoon_in_new_york():
    winter = daily_r(at(utc(17, 21, 59), utc(17, 22)))
    summer = daily_r(at(utc(14, 20, 59, month=7), utc(14, 21, month=7)))

    assert winter.tolist() == summer.tolist() == [1.0, 1.0]


def test_sunday_evening_belongs_to_monday():
    assert daily_r(at(utc(22, 22, 30), utc(23, 12))).tolist() == [2.0]


def test_a_weekend_counts_only_with_a_result():
    assert daily_r(at(utc(20, 12), utc(21, 12), utc(23, 12))).tolist() == [1.0, 1.0, 1.0]


def test_float_noise_between_equal_days_makes_no_giant_ratio():
    noisy = [0.1, 0.2, 0.3]  # their sum is a hair more than 0.6
    two_days = [(utc(16, 9), value, 0.0, 0.0, None) for value in noisy]
    two_days += [(utc(17, 9), 0.6, 0.0, 0.0, None)]

    assert sharpe(daily_r(sample().of(two_days))) is None
