"""Ratios of what was won to what was lost or risked; None where a ratio is undefined."""

from math import sqrt

import numpy as np
import pandas as pd

from risk.statistics.sample import EXACT, Floats, Sample, Times

TRADING_DAYS = 252  # a year
NEW_YORK = "America/New_York"
TO_MIDNIGHT = np.timedelta64(7, "h")  # the forex day ends at 17:00 in New York
BASIS = (
    "the sum of R of each trading day (ending 17:00 New York), days without a result as zero, "
    f"no risk-free rate, times the square root of {TRADING_DAYS}"
)


def profit_factor(r: Floats) -> float | None:
    """R won for each R lost; None without a loss."""
    lost = float(-r[r < 0].sum())
    return float(r[r > 0].sum()) / lost if lost else None


def payoff(r: Floats) -> float | None:
    """The mean win in mean losses; None without a win or a loss."""
    won, lost = r[r > 0], r[r < 0]
    return float(won.mean() / -lost.mean()) if len(won) and len(lost) else None


def daily_r(sample: Sample) -> Floats:
    """The sum of R on each trading day from the first result to the last, zeros included.

    A day ends at 17:00 New York, as the forex day does. Monday to Friday always count, Saturday
    and Sunday only with a result (a feed that never closes).
    """
    if not len(sample):
        return np.zeros(0)
    days = trading_days(sample.closed_at)
    offsets = (days - days[0]).astype(np.int64)
    sums, results = np.bincount(offsets, weights=sample.r), np.bincount(offsets)
    is_told = (results > 0) | np.is_busday(days[0] + np.arange(len(sums)))
    told: Floats = np.round(sums, EXACT)[is_told]
    return told


def sharpe(days: Floats) -> float | None:
    """Mean daily R in its standard deviation (n - 1), a year (Sharpe 1994); see BASIS.

    None below two days, and where all are the same.
    """
    if len(days) < 2 or not np.ptp(days):
        return None
    return sqrt(TRADING_DAYS) * float(days.mean() / days.std(ddof=1))


def sortino(days: Floats) -> float | None:
    """Mean daily R in its downside deviation from zero, a year (Sortino and Price 1994).

    The deviation is over all days, those without a loss as zero. None without a losing day.
    """
    downside = sqrt(float(np.square(np.minimum(days, 0.0)).mean())) if len(days) > 1 else 0.0
    return sqrt(TRADING_DAYS) * float(days.mean()) / downside if downside else None


def trading_days(moments: Times) -> Times:
    """The trading day of each moment (UTC), datetime64[D]; it ends at 17:00 New York."""
    local = pd.DatetimeIndex(moments).tz_localize("UTC").tz_convert(NEW_YORK).tz_localize(None)
    days: Times = (local.to_numpy() + TO_MIDNIGHT).astype("datetime64[D]")
    return days
