"""Prices for a symbol without a recorded week: a walk that can be told for any minute. Pure.

Value noise (Perlin's idea): at each of several periods a curve through hashed points, taller for
longer periods as in a random walk. No minute needs another one, so each process at each time
says the same.
"""

import numpy as np
from numpy.typing import NDArray

from markets.feeds.base import FeedSymbol

Floats = NDArray[np.float64]

PERIODS = (1.3, 3.1, 7.3, 17.9, 43.7, 109.3, 263.9, 811.0, 2503.0, 9001.0)  # minutes
STEPS = 8  # points looked at inside a minute
BLOCK = 64  # minutes at once
PIPS = 2.6  # height of the curve with a period of one minute; gives a median ATR 14 near 2 pips


def synthetic_bars(symbol: FeedSymbol, minutes: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """((n, 4) bids, (n,) spreads in pips) of the minutes counted since 1970."""
    seed = _seed(symbol.code)
    moments = minutes[:, None] + np.arange(STEPS + 1) / STEPS
    middle = 10_000 + seed % 5_000  # pips: 1.0 to 1.5 where a pip is 0.0001
    path = (middle + PIPS * _curve(moments, seed)) * symbol.pip
    bid = np.column_stack((path[:, 0], path.max(axis=1), path.min(axis=1), path[:, -1]))
    spread = symbol.typical_spread_pips * (0.7 + 0.6 * _hashed(minutes, seed ^ 0x5EED))
    return np.round(bid, symbol.digits), np.maximum(np.round(spread, 1), 0.1)


def _curve(moments: Floats, seed: int) -> Floats:
    """Height at each moment (minutes): 0 on average, a random walk to the eye."""
    parts = range(0, len(moments), BLOCK)
    return np.concatenate(
        [np.empty_like(moments[:0]), *(_waves(moments[at : at + BLOCK], seed) for at in parts)]
    )


def _waves(moments: Floats, seed: int) -> Floats:
    """The sum of all periods, from (n, k) moments; their curves side by side, the longest last."""
    periods = np.array(PERIODS)[:, None, None]
    place = moments / periods
    knot = np.floor(place)
    along = place - knot
    blend = along * along * (3 - 2 * along)
    knots = knot.astype(np.int64) + np.array([0, 1])[:, None, None, None]
    left, right = _hashed(knots, *range(seed, seed + len(PERIODS)))
    waves = np.sqrt(periods) * 2 * (left + (right - left) * blend - 0.5)
    height = np.zeros_like(moments)
    for wave in waves:
        height += wave
    return height


def _hashed(numbers: NDArray[np.int64], *seeds: int) -> Floats:
    """A fixed number in [0, 1) for each integer (splitmix64, Steele et al. 2014).

    Several seeds: one for each row of the last axis but two.
    """
    bits = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    begins = np.array([seed * 0xD1B54A32D192ED03 % 2**64 for seed in seeds], dtype=np.uint64)
    bits += begins if len(seeds) == 1 else begins[:, None, None]
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    bits ^= bits >> np.uint64(31)
    return np.asarray((bits >> np.uint64(11)) / 2.0**53, dtype=np.float64)


def _seed(code: str) -> int:
    return int.from_bytes(code.encode()[:12], "big") % 1_000_003
