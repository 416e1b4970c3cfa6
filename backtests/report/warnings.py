"""When a backtest may be luck or flattery, said in plain words (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from backtests.plan import Plan
from backtests.trades import Trades
from risk.statistics import MINIMUM, Figures
from risk.telling.words import counted, r_range, r_text

HALF = 0.5


@dataclass(frozen=True)
class Warned:
    """One reason for doubt: its name, and what it says of these figures."""

    slug: str
    text: str


def warnings(
    trades: Trades, plan: Plan, told: Figures, *, trials: int = 0, is_demo: bool = False
) -> tuple[Warned, ...]:
    """All reasons for doubt, the gravest first; `trials` of the sweep it belongs to, 0: none."""
    counted_ones = trades.where(trades.is_taken)
    found = [
        *_of_prices(plan, is_demo),
        *_of_trials(trials),
        *_of_size(told),
        *_of_concentration(counted_ones, told),
        *_of_costs(counted_ones, told),
        *_of_bars(trades, told),
    ]
    return tuple(Warned(slug, text) for slug, text in found)


Found = Iterator[tuple[str, str]]


def _of_prices(plan: Plan, is_demo: bool) -> Found:
    if is_demo:
        yield "demo", "DEMO: the prices are made up by the mock feed and say nothing of a market."
    if plan.costs.spread_pips == 0:
        yield "free", "No spread is paid: no broker trades so, and every figure flatters."


def _of_trials(trials: int) -> Found:
    if trials > 1:
        yield (
            "trials",
            f"One of {trials:,} trials of a sweep: the best of many looks good by chance alone. "
            "Read the sweep's verdict before this page.",
        )


def _of_size(told: Figures) -> Found:
    interval = told.expectancy_interval
    if told.n < MINIMUM:
        yield "few", f"Only {counted(told.n, 'result')}: below {MINIMUM}, chance speaks."
    elif interval and interval.low <= 0 <= interval.high:
        yield (
            "zero",
            f"The interval of the expectancy, {r_range(interval)}, includes zero: no edge is "
            "shown, either way.",
        )
    if told.n and told.days < MINIMUM:
        yield (
            "short",
            f"The results lie within {counted(told.days, 'trading day')}: one mood of the market. "
            f"Sharpe and Sortino are told from {MINIMUM} on.",
        )


def _of_concentration(trades: Trades, told: Figures) -> Found:
    total = told.r_sum or 0.0
    if total <= 0 or told.n < 2 or told.best_r is None:
        return
    if told.best_r > HALF * total:
        best, without = r_text(told.best_r), r_text(total - told.best_r)
        yield "trade", f"One trade of {best} makes most of the sum; without it: {without}."
    months, places = np.unique(trades.closed_at.astype("datetime64[M]"), return_inverse=True)
    sums = np.bincount(places, weights=trades.r)
    top = int(sums.argmax())
    if len(months) > 1 and sums[top] > HALF * total:
        rest = r_text(total - float(sums[top]))
        told_of = f"{months[top]} brought {r_text(float(sums[top]))} of {r_text(total)}"
        yield "month", f"One month makes most of the sum: {told_of}; all others together: {rest}."


def _of_costs(trades: Trades, told: Figures) -> Found:
    cost = float(trades.cost_r.sum())
    gross = (told.r_sum or 0.0) + cost
    if cost > 0 and gross > 0 and cost > HALF * gross:
        yield (
            "costs",
            f"Slippage and commission take {r_text(-cost)} of {r_text(gross)}, the spread not "
            "counted: a little worse a fill and nothing is left.",
        )


def _of_bars(trades: Trades, told: Figures) -> Found:
    total = told.r_sum or 0.0
    if told.ties and total < 0 < total + told.tie_r:
        yield (
            "ties",
            f"In {counted(told.ties, 'trade')} stop and target lay inside one bar. Counted as "
            f"stopped the sum is {r_text(total)}; had the target come first in each, "
            f"{r_text(total + told.tie_r)}. These bars cannot tell.",
        )
    unknown = int(((trades.refused == 0) & np.isnan(trades.r)).sum())
    if unknown:
        yield "gaps", f"{counted(unknown, 'trade')} ended in missing minutes and counts nowhere."
