"""Each indicator: hand-worked values, TA-Lib, `ta` as oracle, and what it says when undefined."""

import warnings

import numpy as np
import pandas as pd
import pytest
import ta
import talib
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from strategies.indicators import (
    adx,
    atr,
    bollinger,
    crossed_above,
    crossed_below,
    ema,
    highest_before,
    lowest_before,
    rsi,
    saturate,
    zscore,
)
from strategies.supertrend import supertrend
from tests.strategies.frames import random_bars

NAN = float("nan")
PRICES = st.floats(0.5, 200.0, allow_nan=False)

# ChartSchool's published RSI 14 example, closes and results
RSI_CLOSES = [
    44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826,
    45.8931, 46.0328, 45.6140, 46.2820, 46.2820, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439,
    46.2122, 46.2521, 45.7137, 46.4515, 45.7835, 45.3548, 44.0288, 44.1783, 44.2181, 44.5672,
    43.4205, 42.6628, 43.1314,
]  # fmt: skip
RSI_VALUES = [
    70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93, 63.26, 56.06, 62.38, 54.71, 50.42, 39.99,
    41.46, 41.87, 45.46, 37.30, 33.08, 37.77,
]  # fmt: skip


def walk(length=3000, seed=3):
    bars = random_bars(length=length, seed=seed)
    return tuple(bars[name].to_numpy() for name in ("high", "low", "close"))


def every_indicator(high, low, close):
    """Each indicator's result on these arrays, by name."""
    line, _ = supertrend(high, low, close, period=10, multiple=3.0)
    mean, deviation = bollinger(close, 20)
    return {
        "ema": ema(close, 12),
        "rsi": rsi(close, 14),
        "atr": atr(high, low, close, 14),
        "adx": adx(high, low, close, 14),
        "mean": mean,
        "deviation": deviation,
        "zscore": zscore(close, 20),
        "highest": highest_before(high, 20),
        "lowest": lowest_before(low, 20),
        "supertrend": line,
    }


FIRST_DEFINED = {  # row of the first value
    "ema": 11,
    "rsi": 14,
    "atr": 14,
    "adx": 27,
    "mean": 19,
    "deviation": 19,
    "zscore": 19,
    "highest": 20,
    "lowest": 20,
    "supertrend": 10,
}


def test_ema_starts_from_the_mean_of_its_first_period():
    values = np.array([2.0, 4.0, 6.0, 8.0, 12.0])

    # seed (2 + 4 + 6) / 3 = 4, then half way to each value: 6, 9
    assert_allclose(ema(values, 3), [NAN, NAN, 4.0, 6.0, 9.0])


def test_rsi_equals_the_published_example():
    result = rsi(np.array(RSI_CLOSES), 14)

    assert np.isnan(result[:14]).all()
    assert_allclose(result[14:], RSI_VALUES, atol=0.006)


def test_rsi_by_hand():
    # gains 1, 0, 1 and losses 0, 0.5, 0: seed 0.5 / 0.25, then 0.75 / 0.125
    result = rsi(np.array([10.0, 11.0, 10.5, 11.5]), 2)

    assert_allclose(result, [NAN, NAN, 200 / 3, 600 / 7])


def test_rsi_is_undefined_until_a_price_moves():
    result = rsi(np.array([1.1] * 20 + [1.2]), 14)

    assert np.isnan(result[:20]).all()
    assert result[20] == pytest.approx(100.0)


def test_atr_by_hand():
    high, low = np.array([10.0, 11.0, 10.8, 12.0]), np.array([9.0, 9.5, 10.0, 11.0])
    close = np.array([9.5, 10.5, 10.2, 11.8])

    # true ranges of bars 1 to 3: 1.5, 0.8, and 1.8 over the gap; seed 1.15, then (1.15 + 1.8) / 2
    assert_allclose(atr(high, low, close, 2), [NAN, NAN, 1.15, 1.475])


def test_adx_of_a_market_that_only_rises_is_100():
    close = np.arange(60.0)

    assert_allclose(adx(close + 1, close - 1, close, 14)[27:], 100.0)


def test_bollinger_and_zscore_by_hand():
    values = np.array([1.0, 2.0, 3.0, 4.0, 5.0])

    mean, deviation = bollinger(values, 5)

    assert (mean[4], deviation[4]) == (3.0, pytest.approx(2**0.5))  # population: (4+1+0+1+4) / 5
    assert zscore(values, 5)[4] == pytest.approx(2**0.5)


def test_the_bar_itself_is_not_in_the_channel_before_it():
    values = np.array([3.0, 1.0, 2.0, 9.0, 0.0])

    assert_array_equal(highest_before(values, 3), [NAN, NAN, NAN, 3.0, 9.0])
    assert_array_equal(lowest_before(values, 3), [NAN, NAN, NAN, 1.0, 1.0])


def test_a_cross_may_start_from_a_touch_and_needs_two_defined_bars():
    first, second = np.array([NAN, 3.0, 2.0, 3.0, 1.0]), np.array([1.0, 2.0, 2.0, 2.0, 2.0])

    assert_array_equal(crossed_above(first, second), [False, False, False, True, False])
    assert_array_equal(crossed_below(first, second), [False, False, False, False, True])


def test_saturate_is_half_at_its_half_way_point():
    assert_allclose(saturate(np.array([-1.0, 0.0, 2.0, 6.0, NAN]), 2.0), [0, 0, 0.5, 0.75, NAN])


def test_every_value_equals_talib_from_the_first_defined_bar():
    high, low, close = walk()
    upper, middle, _ = talib.BBANDS(close, 20, 2.0, 2.0)
    mean, deviation = bollinger(close, 20)

    assert_allclose(ema(close, 12), talib.EMA(close, 12), rtol=1e-9)
    assert_allclose(rsi(close, 14), talib.RSI(close, 14), rtol=1e-9)
    assert_allclose(atr(high, low, close, 14), talib.ATR(high, low, close, 14), rtol=1e-9)
    assert_allclose(adx(high, low, close, 14), talib.ADX(high, low, close, 14), rtol=1e-9)
    assert_allclose(mean, middle, rtol=1e-9)
    assert_allclose(mean + 2 * deviation, upper, rtol=1e-7)  # TA-Lib's running sums
    assert_array_equal(highest_before(high, 20)[1:], talib.MAX(high, 20)[:-1])


def test_ta_agrees_once_its_other_seeds_are_forgotten():
    high, low, close = walk()
    h, lo, c = pd.Series(high), pd.Series(low), pd.Series(close)
    bands = ta.volatility.BollingerBands(c, 20, 2)
    forgotten = 800

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ta divides by zero in its own warm-up
        oracle = {
            "ema": ta.trend.EMAIndicator(c, 12).ema_indicator(),
            "rsi": ta.momentum.RSIIndicator(c, 14).rsi(),
            "atr": ta.volatility.AverageTrueRange(h, lo, c, 14).average_true_range(),
            "adx": ta.trend.ADXIndicator(h, lo, c, 14).adx(),
            "mean": bands.bollinger_mavg(),
            "deviation": (bands.bollinger_hband() - bands.bollinger_mavg()) / 2,
            "highest": h.rolling(20).max().shift(),
            "lowest": lo.rolling(20).min().shift(),
        }
    ours = every_indicator(high, low, close)

    for name, theirs in oracle.items():
        assert_allclose(
            ours[name][forgotten:], theirs.to_numpy()[forgotten:], rtol=1e-7, err_msg=name
        )


def test_bollinger_equals_a_plain_loop():
    _, _, close = walk(400)
    mean, deviation = bollinger(close, 20)

    for row in range(19, len(close)):
        window = [float(value) for value in close[row - 19 : row + 1]]
        middle = sum(window) / 20
        spread = (sum((value - middle) ** 2 for value in window) / 20) ** 0.5
        assert mean[row] == pytest.approx(middle, abs=1e-12)
        assert deviation[row] == pytest.approx(spread, abs=1e-12)


@given(arrays(np.float64, st.integers(25, 80), elements=PRICES), st.integers(1, 4))
def test_a_bollinger_value_depends_on_its_own_window_to_the_last_bit(values, cut):
    whole_mean, whole_deviation = bollinger(values, 20)
    mean, deviation = bollinger(values[cut:], 20)

    assert_array_equal(mean[19:], whole_mean[cut + 19 :])
    assert_array_equal(deviation[19:], whole_deviation[cut + 19 :])


@given(PRICES, st.integers(20, 40))
def test_a_flat_window_has_no_zscore(price, length):
    assert np.isnan(zscore(np.full(length, price), 20)).all()


@given(arrays(np.float64, st.integers(0, 60), elements=PRICES), st.integers(2, 20))
def test_the_channel_equals_its_definition(values, period):
    for row, (top, bottom) in enumerate(
        zip(highest_before(values, period), lowest_before(values, period), strict=True)
    ):
        before = values[row - period : row] if row >= period else []
        assert (np.isnan(top) and np.isnan(bottom)) if not len(before) else True
        assert not len(before) or (top, bottom) == (before.max(), before.min())


@pytest.mark.parametrize("name", FIRST_DEFINED)
def test_a_value_is_nan_until_it_is_defined_and_a_number_ever_after(name):
    result = every_indicator(*walk(120))[name]

    assert np.isnan(result[: FIRST_DEFINED[name]]).all()
    assert np.isfinite(result[FIRST_DEFINED[name] :]).all()


@pytest.mark.parametrize("length", [0, 1, 2, 10])
def test_short_and_empty_frames_give_nan_and_never_raise(length):
    for name, result in every_indicator(*(part[:length] for part in walk(60))).items():
        assert len(result) == length, name
        assert np.isnan(result).all(), name


def test_supertrend_by_hand():
    # ranges of 2 and steps of 1: ATR is 2 throughout, so the basic bands are close -/+ 2
    close = np.array([10.0, 10, 10, 11, 10, 9, 8, 9, 10, 11])

    line, is_up = supertrend(close + 1, close - 1, close, period=2, multiple=1.0)

    # the lower line rises to 9 and stays; 9 at row 5 is not below it, 8 at row 6 is. The upper line
    # came down to 10; 10 at row 8 is not above it, 11 at row 9 is, and the lower line, restarted at
    # row 7, has risen to 9 again
    assert_array_equal(line, [NAN, NAN, 8, 9, 9, 9, 10, 10, 10, 9])
    assert_array_equal(is_up, [False, False, *[True] * 4, *[False] * 3, True])


def test_supertrend_starts_down_when_its_first_bar_closed_below_its_middle():
    close = np.array([10.0, 10.0, 9.5])

    line, is_up = supertrend(np.array([11.0] * 3), np.array([9.0] * 3), close, period=2, multiple=1)

    assert (line[2], is_up[2]) == (12.0, False)
