from datetime import UTC, datetime

import pytest

from backtests.plan import Plan
from backtests.sweeps.space import combinations
from backtests.sweeps.writing import Between, SpaceError, parse, said, tunable

PLAN = Plan(
    symbols=("EURUSD",),
    feed="mock",
    start=datetime(2026, 1, 5, tzinfo=UTC),
    end=datetime(2026, 2, 5, tzinfo=UTC),
    strategy="ema_rsi",
)
KNOWN = tunable("ema_rsi")


@pytest.mark.parametrize(
    ("name", "written", "values"),
    [
        ("fast", "13, 5,8", (5, 8, 13)),
        ("fast", "5:20:5", (5, 10, 15, 20)),
        ("fast", "5:19:5", (5, 10, 15)),
        ("gate", "45:50:2.5", (45.0, 47.5, 50.0)),
        ("sl_value", "3", (3.0,)),
        ("gate", "45..55", Between(45.0, 55.0)),
    ],
)
def test_values_are_read_as_they_are_written(name, written, values):
    assert parse(KNOWN[name], written) == values


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("5:20:5", "5 to 20 in steps of 5"),
        ("4 .. 30", "any from 4 to 30"),
        ("13, 5,8", "13, 5, 8"),
    ],
)
def test_what_was_written_is_told_in_words(written, words):
    assert said(written) == words


def test_whole_numbers_stay_whole():
    assert all(type(value) is int for value in parse(KNOWN["fast"], "5:20:5"))


@pytest.mark.parametrize(
    ("name", "written", "why"),
    [
        ("fast", "1", "fast must be at least 2 bars"),
        ("fast", "2.5", "whole number"),
        ("fast", "5:20", "5:20:5"),
        ("fast", "20:5:5", "from below to"),
        ("fast", "5:20:0", "above zero"),
        ("gate", "0:100:0.001", "more than 1,000 values"),
        ("gate", "55..45", "the lower one first"),
        ("gate", "45..", "not a number"),
        ("gate", "NaN..3", "not a number"),
        ("min_confidence", "0.5, 1.5", "at most 1"),
        ("sl_value", "0.5:2:0.125", "two decimals"),
        ("fast", ",", "1 to 1,000 values"),
    ],
)
def test_what_cannot_be_tried_is_told_at_its_setting(name, written, why):
    with pytest.raises(SpaceError, match=why) as caught:
        parse(KNOWN[name], written)

    assert caught.value.setting == name


def test_a_grid_is_every_combination_and_counts_what_the_strategy_refuses():
    found = combinations(PLAN, {"fast": "5, 10", "slow": "10, 20"}, kind="grid", trials=0, seed=1)

    assert found.tried == (
        {"fast": 5, "slow": 10},
        {"fast": 5, "slow": 20},
        {"fast": 10, "slow": 20},
    )
    assert found.left_out == 1  # 10 and 10


def test_a_grid_may_vary_the_levels_beside_the_strategy():
    found = combinations(PLAN, {"fast": "5", "sl_value": "2, 3"}, kind="grid", trials=0, seed=1)

    plans = [PLAN.with_parameters(settings) for settings in found.tried]
    assert [(plan.parameters["fast"], plan.sl_value) for plan in plans] == [(5, 2.0), (5, 3.0)]


@pytest.mark.parametrize(
    ("space", "why"),
    [
        ({}, "at least one setting"),
        ({"fast": "100", "slow": "50"}, "refuses every one"),
        ({"gate": "0:99:1", "fast": "2:102:1"}, "10,100 combinations are more than 10,000"),
        ({"gate": "40..60"}, "is for random"),
        ({"fats": "1"}, "unknown setting 'fats'"),
    ],
)
def test_a_grid_that_cannot_be_run_says_why(space, why):
    with pytest.raises(SpaceError, match=why):
        combinations(PLAN, space, kind="grid", trials=0, seed=1)


def test_random_search_draws_distinct_combinations_again_from_the_same_seed():
    space = {"fast": "2..20", "slow": "10..60", "gate": "45..55"}

    first = combinations(PLAN, space, kind="random", trials=200, seed=7)
    again = combinations(PLAN, space, kind="random", trials=200, seed=7)
    other = combinations(PLAN, space, kind="random", trials=200, seed=8)

    assert first == again != other
    assert len({tuple(settings.values()) for settings in first.tried}) == 200
    assert all(settings["fast"] < settings["slow"] <= 60 for settings in first.tried)
    assert first.left_out > 0


def test_random_search_ends_where_the_space_holds_no_more():
    found = combinations(PLAN, {"fast": "2..4"}, kind="random", trials=50, seed=1)

    assert sorted(settings["fast"] for settings in found.tried) == [2, 3, 4]
