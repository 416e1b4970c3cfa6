"""All figures of one sample; each says None rather than more than the sample can tell."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from risk.statistics.drawdown import deepest, equity, longest_run
from risk.statistics.intervals import Interval, bootstrap, wilson
from risk.statistics.ratios import daily_r, payoff, profit_factor, sharpe, sortino
from risk.statistics.sample import Floats, Sample

MINIMUM = 30  # results, and for Sharpe and Sortino days, below which no rate or ratio is told


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Counts and sums always; rates and ratios from MINIMUM results on; None is unknown."""

    n: int
    wins: int  # above zero
    losses: int  # below zero
    win_rate: float | None  # 0 to 1
    win_rate_interval: Interval | None  # Wilson
    expectancy_r: float | None  # mean R of a signal
    expectancy_interval: Interval | None  # bootstrap, in R
    r_sum: float | None
    pips_sum: float | None
    pips_mean: float | None
    return_pct_sum: float | None
    profit_factor: float | None
    payoff: float | None
    days: int  # trading days behind Sharpe and Sortino
    sharpe: float | None  # on ratios.BASIS, as Sortino
    sortino: float | None
    max_drawdown_r: float | None  # zero or negative
    drawdown_started_at: datetime | None  # of the deepest, as all of these
    drawdown_lasted: timedelta | None  # to its recovery, or to the last closing
    is_recovered: bool | None
    longest_losing_run: int
    best_r: float | None
    worst_r: float | None
    ties: int  # SL and TP inside one bar, told as SL
    tie_r: float  # what they would add to `r_sum` had TP come first in each

    @property
    def even(self) -> int:
        """Results of exactly zero."""
        return self.n - self.wins - self.losses

    @property
    def is_enough(self) -> bool:
        return self.n >= MINIMUM

    @property
    def missing(self) -> int:
        """How many more results are needed before a rate is told."""
        return max(0, MINIMUM - self.n)


def figures(sample: Sample) -> Figures:
    """The figures of `sample`."""
    r, n = sample.r, len(sample)
    wins, is_enough = int((r > 0).sum()), n >= MINIMUM
    days = daily_r(sample)
    told = days if is_enough and len(days) >= MINIMUM else days[:0]
    curve = equity(sample)
    fall = deepest(curve)
    hopeful = sample.r_optimistic - r
    return Figures(
        n=n,
        wins=wins,
        losses=int((r < 0).sum()),
        win_rate=wins / n if is_enough else None,
        win_rate_interval=wilson(wins, n) if is_enough else None,
        expectancy_r=_mean(r) if is_enough else None,
        expectancy_interval=bootstrap(r) if is_enough else None,
        r_sum=_sum(r),
        pips_sum=_sum(sample.pips),
        pips_mean=_mean(sample.pips) if is_enough else None,
        return_pct_sum=_sum(sample.return_pct),
        profit_factor=profit_factor(r) if is_enough else None,
        payoff=payoff(r) if is_enough else None,
        days=len(days),
        sharpe=sharpe(told),
        sortino=sortino(told),
        max_drawdown_r=(fall.depth_r if fall else 0.0) if n else None,
        drawdown_started_at=fall.started_at if fall else None,
        drawdown_lasted=fall.lasted if fall else None,
        is_recovered=fall.is_recovered if fall else None,
        longest_losing_run=longest_run(r < 0),
        best_r=float(r.max()) if n else None,
        worst_r=float(r.min()) if n else None,
        ties=int((~np.isnan(hopeful)).sum()),
        tie_r=float(np.nansum(hopeful)),
    )


def _sum(values: Floats) -> float | None:
    return float(values.sum()) if len(values) else None


def _mean(values: Floats) -> float | None:
    return float(values.mean()) if len(values) else None
