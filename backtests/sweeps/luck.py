"""Is the best of many better than the best that luck would have brought?

White's reality check (Econometrica 68, 2000) with studentised trials (Hansen 2005; Romano and Wolf
2005): days are drawn anew, for all trials at once, from results whose means were taken away, and
the best of every draw is compared with the one that was chosen. Days are drawn in blocks of random
length (stationary bootstrap, Politis and Romano 1994), so that what hangs together in time, and
between trials, stays together. A sign flip would be simpler, but asks for results as likely to be
+x as -x, which a stop of 1 R and a target of 1.5 R are not.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backtests.trades import Floats

DRAWS = 2_000
AT_ONCE = 100  # draws held at once: of 10,000 trials 8 MB
LEAST_DAYS = 30


@dataclass(frozen=True)
class Luck:
    """How often no edge at all does as well."""

    p: float  # 0 to 1: the share of draws whose best does at least as well as the chosen trial
    days: int
    block: int  # days, mean
    draws: int


def luck(daily: Floats, chosen: int, *, seed: int, draws: int = DRAWS) -> Luck | None:
    """How often the best of trials without an edge does as well as row `chosen` of `daily`.

    `daily` is R by trial and day; the same seed tells the same. None below LEAST_DAYS days, and for
    a trial that never varies.
    """
    days = daily.shape[1]
    deviation = daily.std(axis=1)
    if days < LEAST_DAYS or not deviation[chosen]:
        return None
    varied = deviation > 0
    means, scale = daily.mean(axis=1), deviation
    observed = means[chosen] / scale[chosen]
    block, random = round(days ** (1 / 3)), np.random.default_rng(seed)
    centred = ((daily - means[:, None])[varied] / scale[varied, None]).T
    as_good, done = 0, 0
    while done < draws:
        count = min(AT_ONCE, draws - done)
        weights = drawn_days(days, count, block, random)
        as_good += int(((weights @ centred).max(axis=1) >= observed).sum())
        done += count
    return Luck((1 + as_good) / (1 + draws), days, block, draws)


def drawn_days(days: int, draws: int, block: int, random: np.random.Generator) -> Floats:
    """The share each of `days` has in each draw; a row sums to 1.

    After each day the next one follows, around the end, or with 1 / `block` any day.
    """
    jumps = random.random((draws, days)) < 1 / block
    jumps[:, 0] = True
    starts = random.integers(days, size=(draws, days))
    steps = np.arange(days)
    begun = np.maximum.accumulate(np.where(jumps, steps, 0), axis=1)
    picked: NDArray[np.int64] = (np.take_along_axis(starts, begun, axis=1) + steps - begun) % days
    rows = np.arange(draws)[:, None] * days
    counted = np.bincount((rows + picked).ravel(), minlength=draws * days)
    return counted.reshape(draws, days) / days
