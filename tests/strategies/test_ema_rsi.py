"""ema_rsi: when it enters, when it leaves, and the same signals from an independent library."""

import numpy as np
import ta

from strategies.ema_rsi import EmaRsi
from tests.strategies.frames import bars_from, random_bars

FALL_THEN_RISE = [1.30 - 0.00002 * n for n in range(400)] + [1.292 + 0.0003 * n for n in range(20)]


def test_a_turn_up_is_one_buy_at_the_cross():
    decisions = EmaRsi().decisions(bars_from(FALL_THEN_RISE))

    bought = decisions.index[decisions["buy"]]
    assert len(bought) == 1
    assert not decisions["sell"].any()
    at = decisions.loc[bought[0]]
    assert at["ema_fast"] > at["ema_slow"]
    assert 0 < at["confidence"] < 1
    assert at["confidence"] == round(at["confidence"], 2)


def test_a_cross_the_gate_refuses_is_still_an_exit():
    strict = EmaRsi(gate=100)

    decisions = strict.decisions(bars_from(FALL_THEN_RISE))

    assert not decisions["buy"].any()
    assert decisions["exit_short"].sum() == 1
    assert not decisions["exit_long"].any()


def test_confidence_is_given_for_entries_only():
    decisions = EmaRsi().decisions(random_bars(length=2000, seed=1))

    entered = decisions["buy"] | decisions["sell"]
    assert entered.sum() > 10
    assert decisions["confidence"].notna().equals(entered)
    assert decisions["confidence"].nunique() > 5
    assert decisions["confidence"].dropna().between(0, 1).all()


def test_ta_finds_the_same_entries():
    bars = random_bars(length=6000, seed=2)
    settled = slice(1000, None)  # ta's other seeds are forgotten here
    fast, slow = (
        ta.trend.ema_indicator(bars["close"], 12),
        ta.trend.ema_indicator(bars["close"], 26),
    )
    rsi, above = ta.momentum.rsi(bars["close"], 14), fast > slow
    up, down = above & ~above.shift(fill_value=False), ~above & above.shift(fill_value=False)

    ours = EmaRsi().decisions(bars)

    np.testing.assert_array_equal(ours["buy"][settled], (up & (rsi > 50))[settled])
    np.testing.assert_array_equal(ours["sell"][settled], (down & (rsi < 50))[settled])
    np.testing.assert_array_equal(ours["exit_long"][settled], down[settled])
    assert ours["buy"][settled].sum() > 50
