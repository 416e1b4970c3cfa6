import csv
import gzip
import itertools
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from backtests.checks.base import Subject
from backtests.checks.costs import Costs, break_even
from backtests.checks.frames import differing
from backtests.checks.future import Future, with_other_future
from backtests.checks.memory import Memory
from backtests.checks.registry import CHECKS, findings, verdict
from backtests.checks.shape import Shape
from backtests.checks.truncation import Truncation
from backtests.checks.words import Words
from markets.sessions import AlwaysOpen
from risk.states import Terms
from strategies.levels import LevelRule
from strategies.registry import STRATEGIES
from tests.backtests.checks.planted import (
    LOOKING_AHEAD,
    OTHERS,
    UNSTABLE,
    Centred,
    NextClose,
    Normalised,
    Planted,
)
from tests.strategies.frames import REAL_MONTH, _bars, random_bars

pytestmark = pytest.mark.once
FEWER = {
    Truncation.slug: Truncation(blocks=2, block_bars=400, cuts=20, entries=20),
    Memory.slug: Memory(rows=30),
    Words.slug: Words(rows=60),
}
FREE = [FEWER.get(slug, check) for slug, check in CHECKS.items() if slug != Costs.slug]
MONTHS = sorted(REAL_MONTH.parent.glob("histdata_*.csv.gz"))
MONTHS += sorted(REAL_MONTH.parent.glob("fxcm_*_bid_*.csv.gz"))


def subject(strategy, bars=None):
    terms = Terms(
        symbol="EURUSD",
        pip=0.0001,
        digits=5,
        bar_length=timedelta(minutes=1),
        rule=LevelRule(sl_mode="atrx", sl_value=3.0, tp_mode="atrx", tp_value=4.5),
        expiry_minutes=120,
        calendar=AlwaysOpen(),
        trails=strategy.trails,
    )
    bars = random_bars(length=4000, seed=5) if bars is None else bars
    return Subject(strategy=strategy, bars=bars, terms=terms)


def failed(found):
    return [each.check for each in found if each.verdict == "fail"]


def real_bars(path: Path) -> pd.DataFrame:
    """A month as it lies in ../shared/data, with an ask of a pip above the bid."""
    is_fxcm = path.name.startswith("fxcm")
    with gzip.open(path, "rt") as file:
        rows = list(csv.reader(file, delimiter="," if is_fxcm else ";"))[1 if is_fxcm else 0 :]
    times = [row[0] for row in rows]
    zone = {} if is_fxcm else {"format": "%Y%m%d %H%M%S"}
    index = pd.DatetimeIndex(pd.to_datetime(times, utc=True, **zone))
    return _bars(index, *np.array([row[1:5] for row in rows], dtype=np.float64).T)


def test_an_honest_strategy_passes_every_check():
    found = list(findings(subject(Planted())))

    assert [each.check for each in found] == list(CHECKS)
    assert failed(found) == []
    assert verdict(found).startswith("Safe to run: none of 8 checks found it")


def test_a_verdict_on_few_entries_asks_for_more_bars():
    found = list(findings(subject(Planted(), random_bars(length=400, seed=5)), [Shape()]))

    assert found[0].numbers["entries"] < 30
    assert f"But it entered only {found[0].numbers['entries']} times" in verdict(found)


@pytest.mark.parametrize("planted", LOOKING_AHEAD, ids=lambda cls: cls.__name__)
def test_a_planted_look_ahead_is_caught_twice(planted):
    found = list(findings(subject(planted()), FREE))

    assert failed(found)[:2] == [Truncation.slug, Future.slug]
    assert Memory.slug not in [each.check for each in found]
    assert "ahead" in verdict(found)


@pytest.mark.parametrize("planted", UNSTABLE, ids=lambda cls: cls.__name__)
def test_a_planted_long_memory_is_caught_and_called_nothing_else(planted):
    found = list(findings(subject(planted()), FREE))

    assert failed(found) == [Memory.slug]
    assert "remembers more than its warm-up of 300 bars" in verdict(found)


@pytest.mark.parametrize(("planted", "check"), OTHERS.items(), ids=lambda each: str(each))
def test_other_planted_faults_are_caught_by_name(planted, check):
    found = list(findings(subject(planted()), FREE))

    assert check in failed(found)
    assert verdict(found).startswith("Do not run: it ")


@pytest.mark.parametrize(("planted", "ahead"), [(NextClose, 1), (Centred, 10), (Normalised, None)])
def test_the_verdict_says_how_far_ahead_it_looks(planted, ahead):
    found = Truncation().look(subject(planted()))

    assert found.numbers["bars_ahead"] == ahead
    assert f"looks {ahead or 'more than 240'} bar" in found.fault


def test_a_long_memory_is_told_the_warm_up_that_would_do():
    found = Memory().look(subject(UNSTABLE[0](), random_bars(length=12_000, seed=5)))

    assert found.numbers["enough"] in (600, 1200)
    assert found.numbers["decisions_differ"] > 0


def test_another_future_leaves_the_past_alone():
    bars = random_bars(length=500, seed=2)

    other = with_other_future(bars, 300, seed=1)

    changed = differing(bars, other)
    assert not changed.iloc[:301].any(axis=None)
    assert changed["close"].iloc[301:].all()
    assert (other["ask_close"] > other["close"]).all()
    assert (other["low"] <= other[["open", "close"]].min(axis=1)).all()


def test_undefined_equals_undefined_and_nothing_else():
    left = pd.DataFrame({"a": [np.nan, np.nan, 1.0, 1.0], "b": [True, False, True, True]})
    right = pd.DataFrame({"a": [np.nan, 1.0, np.nan, 1.0 + 1e-12], "b": [True, True, True, True]})

    assert differing(left, right)["a"].tolist() == [False, True, True, True]
    assert differing(left, right, within=1e-9)["a"].tolist() == [False, True, True, False]
    assert differing(left, right, within=1e-9)["b"].tolist() == [False, True, False, False]


@pytest.mark.parametrize(
    ("means", "even"),
    [([0.3, 0.1, -0.1], 1.5), ([-0.1, -0.2, -0.3], 0.0), ([0.3, 0.2, 0.1], None)],
)
def test_the_spread_that_leaves_nothing_lies_between_the_ones_tried(means, even):
    assert break_even((0.0, 1.0, 2.0), means) == pytest.approx(even)


def test_costs_are_told_and_never_a_fault():
    found = Costs(most_bars=3000).look(subject(STRATEGIES["ema_rsi"]()))

    told = list(found.numbers["expectancy_r"].values())
    assert found.verdict == "note"
    assert found.numbers["trades"] > 30
    assert all(later < earlier for earlier, later in itertools.pairwise(told))
    assert f"{told[2]:+.3f} R with it" in found.text


@pytest.mark.parametrize("path", MONTHS, ids=lambda path: path.name[:24])
def test_the_shipped_strategies_pass_on_real_minutes(path):
    bars = real_bars(path)

    for cls in STRATEGIES.values():
        assert failed(findings(subject(cls(), bars), FREE)) == [], cls.slug
