"""meanrev_bb: fades a stretch in a calm market and leaves when the price is back."""

import numpy as np
import ta

from strategies.meanrev_bb import MeanRevBb
from tests.strategies.frames import bars_from, random_bars

CALM = [1.3 + 0.0002 * ((n % 4) in (1, 2)) for n in range(500)]
DROP = [*CALM, 1.2990]


def test_a_drop_out_of_a_calm_market_is_a_buy():
    last = MeanRevBb().decisions(bars_from(DROP)).iloc[-1]

    assert last["buy"]
    assert not last["sell"]
    assert last["z"] < -2
    assert last["adx"] < 25


def test_the_same_drop_is_refused_above_the_adx_gate():
    assert not MeanRevBb(adx_gate=1).decisions(bars_from(DROP))["buy"].any()


def test_a_second_bar_outside_the_band_is_not_a_second_entry():
    decisions = MeanRevBb().decisions(bars_from([*DROP, 1.2980]))

    assert decisions["z"].iloc[-1] < -2
    assert list(decisions["buy"].iloc[-2:]) == [True, False]


def test_it_leaves_when_z_is_back_inside_the_exit():
    bars = bars_from([*DROP, 1.29995, 1.3010])
    at_mean, sooner = MeanRevBb().decisions(bars), MeanRevBb(exit=0.9).decisions(bars)

    assert -0.9 < at_mean["z"].iloc[-2] < 0 < at_mean["z"].iloc[-1]
    assert list(at_mean["exit_long"].iloc[-3:]) == [False, False, True]
    assert list(sooner["exit_long"].iloc[-3:]) == [False, True, True]
    assert list(at_mean["exit_short"].iloc[-3:]) == [True, True, False]


def test_a_dead_flat_market_decides_nothing():
    decisions = MeanRevBb().decisions(bars_from([1.3] * 500, half_range=0.0))

    assert not decisions[["buy", "sell", "exit_long", "exit_short"]].any(axis=None)


def test_ta_finds_the_same_entries():
    bars = random_bars(length=6000, seed=6)
    settled = slice(1000, None)
    bands = ta.volatility.BollingerBands(bars["close"], 20, 2)
    adx = ta.trend.adx(bars["high"], bars["low"], bars["close"], 14)
    below = (bars["close"] < bands.bollinger_lband()) & (adx < 25)
    above = (bars["close"] > bands.bollinger_hband()) & (adx < 25)

    ours = MeanRevBb().decisions(bars)

    for name, condition in (("buy", below), ("sell", above)):
        first = condition & ~condition.shift(fill_value=False)
        np.testing.assert_array_equal(ours[name][settled], first[settled])
    assert ours["buy"][settled].sum() > 20
