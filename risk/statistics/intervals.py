"""How far a figure of a small sample may lie from the truth."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from risk.statistics.sample import Floats

CONFIDENCE = 0.95
Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)  # 1.96
RESAMPLES = 1000
LARGE = 256  # results from which the bootstrap is computed by its expansion instead of draws
SEED = 2012
BOOTSTRAP = (
    f"percentile bootstrap of {RESAMPLES:,} resamples, from {LARGE} results on its expansion"
)


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Between these the truth lies with CONFIDENCE, if the future resembles the sample."""

    low: float
    high: float


def wilson(wins: int, n: int) -> Interval | None:
    """The score interval of a rate of `wins` in `n`, 0 to 1 (Wilson 1927); None without a sample.

    Unlike the rate plus and minus its error it stays within 0 and 1, and is honest near both.
    """
    if not n:
        return None
    rate, square = wins / n, Z * Z
    middle = (rate + square / (2 * n)) / (1 + square / n)
    half = Z / (1 + square / n) * sqrt(rate * (1 - rate) / n + square / (4 * n * n))
    low = middle - half if wins else 0.0
    return Interval(low=low, high=middle + half if wins < n else 1.0)


def bootstrap(values: Floats) -> Interval | None:
    """The percentile bootstrap interval of the mean of `values` (Efron 1979), in their unit.

    Below LARGE values, RESAMPLES samples of the same size are drawn with replacement from a fixed
    seed, so the same results always tell the same interval. From there on the draws' distribution
    is computed by its expansion to the second order (Hall 1992, 3.3): Z standard errors around
    the mean, shifted by the skewness; the difference is smaller than the chance of the draws.
    None below two values.
    """
    if len(values) < 2:
        return None
    if len(values) >= LARGE:
        return _expanded(values)
    tail = 50 * (1 - CONFIDENCE)
    random = np.random.default_rng(SEED)
    drawn = random.integers(len(values), size=(RESAMPLES, len(values)), dtype=np.uint16)
    low, high = np.percentile(values[drawn].mean(axis=1), [tail, 100 - tail])
    return Interval(low=float(low), high=float(high))


def _expanded(values: Floats) -> Interval:
    """The quantiles of the resampled mean of many values, without drawing."""
    mean, deviation, root = float(values.mean()), float(values.std()), sqrt(len(values))
    if not deviation:
        return Interval(low=mean, high=mean)
    scaled = (values - mean) / deviation
    skewness = float((scaled * scaled * scaled).mean())
    shift = skewness * (Z * Z - 1) / (6 * root)
    error = deviation / root
    return Interval(low=mean + error * (shift - Z), high=mean + error * (shift + Z))
