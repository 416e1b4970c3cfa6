"""What holds for every strategy in the registry, the next one included."""

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from django import forms
from pandas.testing import assert_frame_equal

from markets.slim import SideBySide, SlimFrame
from strategies.base import DECISION_COLUMNS
from strategies.donchian_atr import DonchianAtr
from strategies.forms import setting_fields
from strategies.parameters import build, defaults, describe
from strategies.readings import readings_at
from strategies.registry import STRATEGIES, code_hash, strategy_choices
from tests.strategies.frames import random_bars, real_month

pytestmark = pytest.mark.once
DOCS = Path(__file__).resolve().parents[2] / "docs" / "strategies.md"
EVERY = pytest.mark.parametrize("cls", STRATEGIES.values(), ids=STRATEGIES)
VARIANTS = [*(cls() for cls in STRATEGIES.values()), DonchianAtr(supertrend_filter=True)]
EVERY_VARIANT = pytest.mark.parametrize(
    "strategy", VARIANTS, ids=[*STRATEGIES, "donchian_atr with filter"]
)
DECIDED = ["buy", "sell", "exit_long", "exit_short", "confidence"]


def decides_like_all_history(strategy, bars, rows):
    """Each of `rows` decided from exactly `warmup` + 1 bars equals the whole-history decision."""
    whole = strategy.decisions(bars)
    alone = [
        strategy.decisions(bars.iloc[row - strategy.warmup : row + 1]).iloc[[-1]] for row in rows
    ]
    windowed = pd.concat(alone)
    assert_frame_equal(windowed[DECIDED], whole.iloc[rows][DECIDED], check_freq=False)
    np.testing.assert_allclose(windowed["atr"], whole.iloc[rows]["atr"], rtol=1e-7)


@EVERY_VARIANT
def test_no_strategy_looks_ahead(strategy):
    bars = random_bars(length=1300, seed=7)

    whole = strategy.decisions(bars)

    for end in range(1, len(bars), 37):
        assert_frame_equal(strategy.decisions(bars.iloc[:end]), whole.iloc[:end], check_freq=False)


@EVERY_VARIANT
def test_a_decision_needs_no_more_than_the_warmup(strategy):
    bars = random_bars(length=4000, seed=8)
    whole = strategy.decisions(bars).iloc[strategy.warmup :]
    entered = np.flatnonzero(whole["buy"] | whole["sell"]) + strategy.warmup

    assert len(entered) > 20
    decides_like_all_history(strategy, bars, [*entered, *range(strategy.warmup, 4000, 61)])


@EVERY_VARIANT
def test_a_decision_needs_no_more_than_the_warmup_in_a_real_month(strategy):
    bars = real_month()
    whole = strategy.decisions(bars).iloc[strategy.warmup :]
    entered = np.flatnonzero(whole["buy"] | whole["sell"]) + strategy.warmup

    decides_like_all_history(
        strategy, bars, [*entered, *range(strategy.warmup, len(bars), 29)][:2500]
    )


@EVERY_VARIANT
def test_nothing_is_decided_within_the_warmup(strategy):
    decisions = strategy.decisions(random_bars(length=strategy.warmup, seed=9))

    assert strategy.warmup >= 300
    assert not decisions[["buy", "sell", "exit_long", "exit_short"]].any(axis=None)


@EVERY_VARIANT
@pytest.mark.parametrize("length", [0, 1, 5, 20])
def test_a_short_frame_is_silent(strategy, length):
    bars = random_bars(length=length, seed=10)

    decisions = strategy.decisions(bars)

    assert list(decisions.columns[: len(DECISION_COLUMNS)]) == DECISION_COLUMNS
    assert decisions.index.equals(bars.index)
    assert (decisions.dtypes[["buy", "sell", "exit_long", "exit_short"]].map(str) == "bool").all()


@EVERY_VARIANT
def test_entries_are_edges_and_never_both_at_once(strategy):
    decisions = strategy.decisions(random_bars(length=6000, seed=11))

    assert decisions["buy"].sum() > 20
    assert decisions["sell"].sum() > 20
    for side in ("buy", "sell"):
        assert not (decisions[side] & decisions[side].shift(fill_value=False)).any()
    assert not (decisions["buy"] & decisions["sell"]).any()


@EVERY_VARIANT
def test_confidence_spreads_over_a_useful_range(strategy):
    confidence = strategy.decisions(random_bars(length=20_000, seed=12))["confidence"].dropna()

    assert confidence.between(0, 1).all()
    assert confidence.quantile(0.9) - confidence.quantile(0.1) > 0.2


@EVERY_VARIANT
@pytest.mark.parametrize("made_of", ["random walks", "real minutes"])
def test_the_rules_in_words_hold_exactly_where_the_decision_is(strategy, made_of):
    is_real = made_of == "real minutes"
    bars = real_month()[:6000] if is_real else random_bars(length=6000, seed=14)
    decisions = strategy.decisions(bars)
    sides = {"BUY": "buy", "SELL": "sell", "LEAVE BUY": "exit_long", "LEAVE SELL": "exit_short"}

    for row in range(strategy.warmup, len(bars)):
        readings = [readings_at(near, bars, decisions) for near in (row, row - 1)]
        rules = strategy.rules(*readings)
        held = {side: all(rule.holds for rule in said) for side, said in rules.items()}
        assert held == {side: decisions[sides[side]].iloc[row] for side in rules}, row


@EVERY_VARIANT
def test_a_chart_shows_columns_the_strategy_has(strategy):
    decisions = strategy.decisions(random_bars(length=10, seed=15))

    assert {plot.column for plot in strategy.plots} <= set(decisions.columns)


@EVERY
def test_the_same_bars_give_the_same_decisions(cls):
    bars = random_bars(length=800, seed=13)

    assert_frame_equal(cls().decisions(bars), cls().decisions(bars.copy()))


@EVERY
def test_every_setting_has_words_and_its_limits_are_enforced(cls):
    for item in describe(cls):
        assert item.help.endswith("."), item.name
        if item.type is not bool:
            assert item.unit, item.name
            for value in (item.minimum - 1, item.maximum + 1, "much"):
                with pytest.raises(ValueError, match=f"{item.name} must be"):
                    build(cls, {item.name: value})


@EVERY
def test_the_defaults_are_allowed_and_settings_cannot_be_changed_later(cls):
    strategy = build(cls, defaults(cls))

    assert strategy == cls()
    with pytest.raises(FrozenInstanceError):
        setattr(strategy, fields(cls)[0].name, 1)


@EVERY
def test_the_admin_has_a_typed_field_for_each_setting(cls):
    typed = {int: forms.IntegerField, float: forms.FloatField, bool: forms.BooleanField}

    made = setting_fields(cls)

    assert list(made) == [f"setting_{item.name}" for item in describe(cls)]
    for item in describe(cls):
        assert type(made[f"setting_{item.name}"]) is typed[item.type]


@EVERY
def test_the_docs_have_a_row_that_names_its_settings(cls):
    rows = [line for line in DOCS.read_text().splitlines() if line.startswith(f"| `{cls.slug}`")]

    assert len(rows) == 1
    for item in describe(cls):
        assert f"`{item.name}`" in rows[0]


def test_the_code_that_decides_has_a_hash_per_strategy():
    hashes = {code_hash(slug) for slug in STRATEGIES}

    assert len(hashes) == len(STRATEGIES)
    assert all(len(value) == 12 for value in hashes)


def test_forms_offer_every_strategy():
    assert dict(strategy_choices())["ema_rsi"] == "EMA cross with RSI gate"


@EVERY_VARIANT
def test_a_strategy_that_takes_slim_frames_says_the_same_of_them_to_the_last_bit(strategy):
    bars = random_bars(length=1300, seed=7)
    said, whole = strategy.decisions(slim(bars)), strategy.decisions(bars)

    assert strategy.takes_slim and said.columns == list(whole.columns)
    assert said.index.equals(whole.index)
    for name in whole:
        np.testing.assert_array_equal(said[name].to_numpy(), whole[name].to_numpy())


@EVERY_VARIANT
def test_a_strategy_that_takes_many_symbols_says_of_each_what_it_says_of_it_alone(strategy):
    frames = [slim(random_bars(length=700, seed=seed)) for seed in (7, 8, 9)]
    many = SideBySide(frames)

    each = many.apart(strategy.decisions(many))

    assert strategy.takes_many
    for frame, said in zip(frames, each, strict=True):
        alone = strategy.decisions(frame)
        assert said.columns == alone.columns and said.index.equals(alone.index)
        for name in alone.columns:
            np.testing.assert_array_equal(said[name].to_numpy(), alone[name].to_numpy())


def slim(bars):
    times = bars.index.as_unit("s").asi8
    return SlimFrame({name: bars[name].to_numpy() for name in bars}, times)
