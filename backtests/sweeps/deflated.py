"""The deflated Sharpe ratio: how sure a Sharpe is, after saying how many were looked at.

Bailey and Lopez de Prado, "The deflated Sharpe ratio", Journal of Portfolio Management 40(5), 2014.
"""

from dataclasses import dataclass
from math import e, sqrt
from statistics import NormalDist

import numpy as np

from backtests.trades import Floats
from risk.statistics.ratios import TRADING_DAYS, sharpe

EULER = 0.5772156649015329
NORMAL = NormalDist()


@dataclass(frozen=True)
class Deflated:
    """The Sharpe of the chosen trial beside what the best of as many without skill would show."""

    sharpe: float  # a year
    expected: float  # a year: the highest that luck alone is expected to reach
    probability: float  # 0 to 1, that the true Sharpe lies above `expected`
    days: int
    trials: int


def expected_maximum(deviation: float, trials: int) -> float:
    """The highest Sharpe expected of `trials` without skill whose Sharpes deviate by `deviation`.

    In the unit of `deviation`; the paper's approximation, zero for a single trial.
    """
    if trials < 2:
        return 0.0
    first = NORMAL.inv_cdf(1 - 1 / trials)
    second = NORMAL.inv_cdf(1 - 1 / (trials * e))
    return deviation * ((1 - EULER) * first + EULER * second)


def probability_above(
    observed: float, limit: float, *, days: int, skewness: float, kurtosis: float
) -> float:
    """The probabilistic Sharpe ratio, 0 to 1: that the true Sharpe is above `limit`.

    Sharpes a day, not a year; `kurtosis` of a normal is 3.
    """
    spread = 1 - skewness * observed + (kurtosis - 1) / 4 * observed**2
    return NORMAL.cdf((observed - limit) * sqrt(days - 1) / sqrt(spread))


def deflated(daily: Floats, chosen: int, *, trials: int) -> Deflated | None:
    """What the Sharpe of row `chosen` of `daily` (R by trial and day) is worth.

    The variance is that of all rows' Sharpes; `trials` says how many were tried, those without a
    result included. Trials that resemble each other count one by one, which makes it stricter.
    None where the chosen one has no Sharpe.
    """
    days = daily[chosen]
    own = sharpe(days)
    if own is None:
        return None
    found = [value for value in map(sharpe, daily) if value is not None]
    limit = expected_maximum(float(np.std(found, ddof=1)) if len(found) > 1 else 0.0, trials)
    year = sqrt(TRADING_DAYS)
    standard = (days - days.mean()) / days.std()
    probability = probability_above(
        own / year,
        limit / year,
        days=len(days),
        skewness=float((standard**3).mean()),
        kurtosis=float((standard**4).mean()),
    )
    return Deflated(own, limit, probability, len(days), trials)
