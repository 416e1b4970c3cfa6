"""Making a week of prices for the mock feed: own numbers, shaped like a real market's. Pure.

A walk nobody can foresee: steps with fat tails and no direction, whose size follows the hours of
the day, bent so that it ends where it begins: the week repeats without a seam. Beside luck no rule
earns on such a walk, each loses the spread. A pair moves enough for its spread in a few active
hours; in the others the desk refuses most entries. Each day holds an hour of high volatility, an
hour of wide spread and a hole, so that each guard of the desk has something to refuse.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MINUTES = 7 * 24 * 60
STEPS = 20  # price steps inside a minute
HOLE = 12  # minutes
ACTIVE = 3.5  # size of a minute's move in an active hour, in those of a quiet one
TAIL = 0.5  # standard deviation of the logarithm of a minute's size, beside its hour's


@dataclass(frozen=True, kw_only=True)
class WeekRecipe:
    """What one pair's week looks like; pips are the pair's own."""

    start: float  # price
    pip: float
    digits: int
    atr_pips: float  # median ATR 14
    spread_pips: float  # median
    seed: int
    active_hours: tuple[int, ...]  # UTC
    volatile_hour: int  # UTC, one of them
    volatile_factor: float = 2.8
    wide_hour: int  # UTC
    wide_factor: float = 7.0
    hole_hour: int  # UTC


# No two pairs share a seed, or they would move and signal together. With these the nine default
# configs make 7.2 messages an hour, the busiest hour 28, and each strategy loses 0.2 to 0.3 R a
# signal after the spread, as on real minutes.
RECIPES = {
    "EURUSD": WeekRecipe(
        start=1.0852,
        pip=0.0001,
        digits=5,
        atr_pips=0.75,
        spread_pips=1.0,
        seed=2,
        active_hours=(7, 8, 13, 14),
        volatile_hour=13,
        wide_hour=21,
        hole_hour=9,
    ),
    "GBPUSD": WeekRecipe(
        start=1.2694,
        pip=0.0001,
        digits=5,
        atr_pips=0.9,
        spread_pips=1.2,
        seed=4,
        active_hours=(8, 9, 14, 15),
        volatile_hour=15,
        wide_hour=22,
        hole_hour=11,
    ),
    "USDJPY": WeekRecipe(
        start=149.35,
        pip=0.01,
        digits=3,
        atr_pips=1.0,
        spread_pips=1.3,
        seed=3,
        active_hours=(0, 1, 12, 13),
        volatile_hour=0,
        wide_hour=20,
        hole_hour=5,
    ),
}


@dataclass(frozen=True)
class MockWeek:
    """Minutes of the week that have a bar (0 is Monday 00:00 UTC), (n, 4) bids, spreads in pips."""

    minutes: NDArray[np.int64]
    bid: Floats
    spread_pips: Floats


def make_week(recipe: WeekRecipe) -> MockWeek:
    """A week of minutes; the same recipe always gives the same week."""
    rng = np.random.default_rng(recipe.seed)
    size = _minute_sizes(recipe, rng)
    steps = rng.normal(size=(MINUTES, STEPS)) / np.sqrt(STEPS)
    steps *= size[:, None]
    steps -= steps.mean()  # ends where it begins
    for _ in range(5):  # rounding moves the median a little
        bid = _bars(recipe, steps * recipe.pip)
        steps *= recipe.atr_pips * recipe.pip / _median_atr(bid)
    spread = _spreads(recipe, rng)
    minutes = np.flatnonzero(~_holes(recipe, rng))
    return MockWeek(minutes, bid[minutes], spread[minutes])


def _minute_sizes(recipe: WeekRecipe, rng: np.random.Generator) -> Floats:
    """Standard deviation of each minute's move, in arbitrary units; slow clusters included."""
    hour = np.arange(MINUTES) // 60 % 24
    size = np.where(np.isin(hour, recipe.active_hours), ACTIVE, 1.0)
    size *= np.where(hour == recipe.volatile_hour, recipe.volatile_factor, 1.0)
    clusters = np.repeat(np.exp(rng.normal(0.0, 0.18, MINUTES // 30)), 30)
    tails = np.exp(rng.normal(0.0, TAIL, MINUTES))
    return _smooth_week(size * clusters, 15) * tails


def _bars(recipe: WeekRecipe, steps: Floats) -> Floats:
    """(MINUTES, 4) rounded bids from the price steps inside each minute."""
    path = recipe.start + np.cumsum(steps.ravel()).reshape(steps.shape)
    opens = np.concatenate(([recipe.start], path[:-1, -1]))
    whole = np.column_stack((opens, path))
    bid = np.column_stack((opens, whole.max(axis=1), whole.min(axis=1), path[:, -1]))
    return np.asarray(np.round(bid, recipe.digits), dtype=np.float64)


def _median_atr(bid: Floats) -> float:
    """Median of ATR 14, as a plain mean of true ranges: near enough to scale by."""
    before = np.concatenate((bid[:1, 3], bid[:-1, 3]))
    true_range = np.maximum(bid[:, 1], before) - np.minimum(bid[:, 2], before)
    return float(np.median(np.convolve(true_range, np.ones(14) / 14, mode="valid")))


def _spreads(recipe: WeekRecipe, rng: np.random.Generator) -> Floats:
    hour = np.arange(MINUTES) // 60 % 24
    spread = recipe.spread_pips * np.exp(rng.normal(0.0, 0.16, MINUTES))
    spread *= np.where(hour == recipe.wide_hour, recipe.wide_factor, 1.0)
    return np.asarray(np.maximum(np.round(spread, 1), 0.1), dtype=np.float64)


def _holes(recipe: WeekRecipe, rng: np.random.Generator) -> NDArray[np.bool_]:
    missing = np.zeros(MINUTES, dtype=np.bool_)
    for day in range(7):
        start = day * 1440 + recipe.hole_hour * 60 + int(rng.integers(0, 60 - HOLE))
        missing[start : start + HOLE] = True
    return missing


def _smooth_week(values: Floats, width: int) -> Floats:
    """Moving average over `width` minutes, round the end of the week."""
    around = np.concatenate((values[-width:], values, values[:width]))
    smooth = np.convolve(around, np.ones(width) / width, mode="same")
    return np.asarray(smooth[width:-width], dtype=np.float64)
