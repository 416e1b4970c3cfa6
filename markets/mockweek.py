"""Making a week of prices for the mock feed: own numbers, shaped like a real market's. Pure.

A path of legs (trends) and pauses (ranges) of random length, moved by normal steps whose size
follows the hours of the day, bent so that it ends where it begins: the week repeats without a
seam. Each day holds an hour of high volatility, an hour of wide spread and a hole, so that each
guard of the desk has something to refuse.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MINUTES = 7 * 24 * 60
STEPS = 20  # price steps inside a minute
HOLE = 12  # minutes
# Size of a minute's move by hour of day, UTC: a quiet night, London, New York
DAY_SHAPE = (7, 7, 6, 6, 6, 7, 9, 12, 13, 12, 11, 10, 12, 14, 14, 13, 12, 10, 9, 8, 7, 6, 6, 7)


@dataclass(frozen=True, kw_only=True)
class WeekRecipe:
    """What one pair's week looks like; pips are the pair's own."""

    start: float  # price
    pip: float
    digits: int
    atr_pips: float  # median ATR 14
    spread_pips: float  # median
    seed: int
    drift: float = 0.42  # of a trend, in standard deviations of a minute's move, per minute
    leg_hours: tuple[float, float] = (3.0, 6.0)  # shortest and longest leg
    volatile_hour: int  # UTC
    volatile_factor: float = 3.2
    wide_hour: int  # UTC
    wide_factor: float = 7.0
    hole_hour: int  # UTC


# No two pairs share a seed, or they would move and signal together. With these the nine default
# configs make 5.8 messages an hour; one hour of the week has none, the busiest has 23.
RECIPES = {
    "EURUSD": WeekRecipe(
        start=1.0852,
        pip=0.0001,
        digits=5,
        atr_pips=1.8,
        spread_pips=0.6,
        seed=2,
        volatile_hour=13,
        wide_hour=21,
        hole_hour=9,
    ),
    "GBPUSD": WeekRecipe(
        start=1.2694,
        pip=0.0001,
        digits=5,
        atr_pips=2.2,
        spread_pips=0.76,
        seed=4,
        volatile_hour=15,
        wide_hour=22,
        hole_hour=11,
    ),
    "USDJPY": WeekRecipe(
        start=149.35,
        pip=0.01,
        digits=3,
        atr_pips=2.4,
        spread_pips=0.7,
        seed=3,
        volatile_hour=12,
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
    steps = (steps + _legs(recipe, rng)[:, None] / STEPS) * size[:, None]
    steps -= steps.mean()  # ends where it begins
    bid = _bars(recipe, steps * recipe.pip)
    for _ in range(4):  # rounding and the day's shape move the median a little
        steps *= recipe.atr_pips * recipe.pip / _median_atr(bid)
        bid = _bars(recipe, steps * recipe.pip)
    spread = _spreads(recipe, size, rng)
    minutes = np.flatnonzero(~_holes(recipe, rng))
    return MockWeek(minutes, bid[minutes], spread[minutes])


def _minute_sizes(recipe: WeekRecipe, rng: np.random.Generator) -> Floats:
    """Standard deviation of each minute's move, in arbitrary units; slow clusters included."""
    hour = np.arange(MINUTES) // 60 % 24
    size = np.array(DAY_SHAPE, dtype=np.float64)[hour] / 10
    size *= np.where(hour == recipe.volatile_hour, recipe.volatile_factor, 1.0)
    clusters = np.repeat(np.exp(rng.normal(0.0, 0.18, MINUTES // 30)), 30)
    return _smooth_week(size * clusters, 15)


def _legs(recipe: WeekRecipe, rng: np.random.Generator) -> Floats:
    """Drift of each minute, in standard deviations: legs up and down, some with a pause."""
    drift, at, side = np.zeros(MINUTES), 0, 1.0
    while at < MINUTES:
        length = int(60 * rng.uniform(*recipe.leg_hours))
        drift[at : at + length] = side * recipe.drift * rng.uniform(0.8, 1.2)
        if rng.random() < 0.3:
            pause = at + length - int(60 * rng.uniform(0.6, 1.2))
            drift[max(at, pause) : at + length] = 0.0
        at, side = at + length, -side
    return _smooth_week(drift, 10)


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


def _spreads(recipe: WeekRecipe, size: Floats, rng: np.random.Generator) -> Floats:
    hour = np.arange(MINUTES) // 60 % 24
    spread = recipe.spread_pips * np.exp(rng.normal(0.0, 0.16, MINUTES))
    spread *= 1 + 0.25 * np.clip(size / np.median(size) - 1, 0.0, 2.0)
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
