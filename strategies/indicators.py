"""Indicators: arrays of float64 in, one array of the same shape out, NaN while undefined.

An array is (n,) of one symbol, or (k, n) of many, each row by itself to the last bit. Frames that
are empty or too short give all NaN, never an error and never 0.0. Prices stay in price units.
Results cannot be written to: copy one to change it. TA-Lib computes what it can without drift;
imported at the top because it adds 20 ms to pandas, which the bars contract loads anyway.
"""

import numpy as np
import numpy.typing as npt
import talib

from strategies.by_row import by_row
from strategies.remembered import remembered

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def undefined(length: int) -> Floats:
    """`length` NaNs."""
    return np.full(length, np.nan)


@remembered
@by_row
def ema(values: Floats, period: int) -> Floats:
    """Exponential mean of `values`, alpha 2 / (period + 1), seeded as TA-Lib does it.

    The seed is the simple mean of the first `period` values, so the first `period - 1` are NaN.
    `ta` and pandas seed with the first value instead and agree after about 7 x `period` bars.
    """
    return talib.EMA(values, period)


def ema_memory(period: int) -> int:
    """Bars after which the seed weighs less than 1e-8 in an EMA."""
    return 10 * (period + 1)


@remembered
@by_row
def rsi(values: Floats, period: int) -> Floats:
    """Relative strength index, 0 to 100, Wilder (1978): smoothed gains over gains and losses.

    NaN for the first `period` bars, and as long as no bar has moved at all (0/0; TA-Lib says 0).
    """
    result = talib.RSI(values, period)
    if len(values):
        result[np.logical_and.accumulate(values == values[0])] = np.nan
    return result


@remembered
@by_row
def atr(high: Floats, low: Floats, close: Floats, period: int) -> Floats:
    """Average true range in price units, Wilder (1978); NaN for the first `period` bars.

    The seed is the mean true range of bars 1 to `period`: bar 0 has no close before it and is left
    out, where `ta` and talipp count its high - low.
    """
    return talib.ATR(high, low, close, period)


@remembered
@by_row
def adx(high: Floats, low: Floats, close: Floats, period: int) -> Floats:
    """Average directional index, 0 to 100, Wilder (1978); NaN for the first 2 x period - 1 bars."""
    return talib.ADX(high, low, close, period)


def wilder_memory(period: int) -> int:
    """Bars after which the seed weighs less than 1e-9 in RSI and ATR (alpha 1 / period)."""
    return 21 * period


def adx_memory(period: int) -> int:
    """The same for ADX, which smooths twice."""
    return 28 * period


@remembered
@by_row
def bollinger(values: Floats, period: int) -> tuple[Floats, Floats]:
    """(mean, deviation) of the last `period` values; bands are mean -/+ k x deviation.

    Population deviation (divided by `period`), as Bollinger (2001) and TA-Lib. Two passes over each
    window, measured from its newest value: a row depends on its own window only, to the last bit,
    and a flat window has deviation 0.0 exactly. TA-Lib's running sums drift by 1e-9 in a year.
    NaN for the first `period - 1` bars.
    """
    mean, deviation = undefined(len(values)), undefined(len(values))
    if len(values) < period:
        return mean, deviation
    windows = np.lib.stride_tricks.sliding_window_view(values, period)
    newest = values[period - 1 :]
    offsets = windows - newest[:, None]
    centre = offsets.sum(axis=1) / period
    offsets -= centre[:, None]
    mean[period - 1 :] = newest + centre
    deviation[period - 1 :] = np.sqrt((offsets * offsets).sum(axis=1) / period)
    return mean, deviation


@remembered
def zscore(values: Floats, period: int) -> Floats:
    """Distance of each value from the mean of its last `period`, in deviations.

    -2 lies on the lower Bollinger band of width 2. NaN for the first `period - 1` bars and where
    the whole window is flat.
    """
    return deviations(values, *bollinger(values, period))


def deviations(values: Floats, mean: Floats, deviation: Floats) -> Floats:
    """The z-score from what `bollinger` found."""
    return (values - mean) / np.where(deviation == 0.0, np.nan, deviation)


@remembered
@by_row
def highest_before(values: Floats, period: int) -> Floats:
    """Highest of the `period` values before each bar, the bar itself left out; NaN until full."""
    return _shifted(talib.MAX(values, period))


@remembered
@by_row
def lowest_before(values: Floats, period: int) -> Floats:
    """Lowest of the `period` values before each bar, the bar itself left out; NaN until full."""
    return _shifted(talib.MIN(values, period))


def _shifted(values: Floats) -> Floats:
    result = undefined(len(values))
    result[1:] = values[:-1]
    return result


def crossed_above(first: Floats, second: Floats) -> Flags:
    """True where `first` is above `second` and was at or below it one bar before."""
    result = np.zeros(first.shape, dtype=np.bool_)
    now = first[..., 1:] > second[..., 1:]
    result[..., 1:] = now & (first[..., :-1] <= second[..., :-1])
    return result


def crossed_below(first: Floats, second: Floats) -> Flags:
    """True where `first` is below `second` and was at or above it one bar before."""
    return crossed_above(second, first)


def saturate(values: Floats, half: float) -> Floats:
    """Map 0..infinity to 0..1: 0 at zero, 0.5 at `half`, towards 1 beyond; below zero counts as 0.

    Confidence formulas use it to put quantities of different units on one scale.
    """
    positive = np.maximum(values, 0.0)
    return positive / (positive + half)
