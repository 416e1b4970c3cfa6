"""What trades came to: figures for lists and scripts, and the money curve."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backtests.plan import Plan
from backtests.trades import Floats, Times, Trades
from risk.statistics import Sample, figures

TOLD = (
    *("n", "wins", "losses", "win_rate", "expectancy_r", "r_sum", "pips_sum", "profit_factor"),
    *("payoff", "sharpe", "sortino", "max_drawdown_r", "longest_losing_run", "best_r", "worst_r"),
    *("ties", "tie_r"),
)
MOST_MONEY = 1e18  # account currency, a thousand times what all the world has


@dataclass(frozen=True, kw_only=True)
class Money:
    """An account that risks the same share of what it holds on each trade, at each closing."""

    closed_at: Times  # UTC, oldest first
    balance: Floats  # account currency, after that closing
    drawdown_pct: Floats  # below the best so far, zero or negative, % of that best
    net_pct: float | None  # of the capital, at the end; None without a trade


def closing_order(trades: Trades) -> NDArray[np.intp]:
    """Places of the taken trades, first closed first."""
    taken = np.flatnonzero(trades.is_taken)
    order: NDArray[np.intp] = taken[np.argsort(trades.closed_at[taken], kind="stable")]
    return order


def taken(trades: Trades) -> Sample:
    """The trades no guard refused and whose result is known, as every figure reads them."""
    order = closing_order(trades)
    return Sample(
        closed_at=trades.closed_at[order],
        r=trades.r[order],
        pips=trades.pips[order],
        return_pct=trades.return_pct[order],
        r_optimistic=trades.r_optimistic[order],
    )


def money(sample: Sample, *, capital: float, risk_pct: float) -> Money:
    """The account over `sample`: each trade wins or loses its R times `risk_pct` of what is there.

    What is there is taken at the closing, in order of closing; an account that loses all of it
    stays at zero, and one that reaches MOST_MONEY there: what lies beyond are no numbers any more.
    """
    growth = np.maximum(1 + risk_pct / 100 * sample.r, 0.0)
    with np.errstate(over="ignore", invalid="ignore"):
        balance: Floats = capital * np.cumprod(growth, dtype=np.float64)
    balance[np.maximum.accumulate(balance >= MOST_MONEY)] = MOST_MONEY
    best: Floats = np.maximum.accumulate(np.maximum(balance, capital))
    return Money(
        closed_at=sample.closed_at,
        balance=balance,
        drawdown_pct=100 * (balance / best - 1),
        net_pct=100 * (float(balance[-1]) / capital - 1) if len(balance) else None,
    )


def summary(trades: Trades, plan: Plan) -> dict[str, Any]:
    """The figures of `trades` as a row and the API keep them; None is unknown."""
    sample = taken(trades)
    found = figures(sample)
    account = money(sample, capital=plan.capital, risk_pct=plan.risk_pct)
    refused = trades.refused != 0
    between = found.expectancy_interval
    return {name: getattr(found, name) for name in TOLD} | {
        "expectancy_interval": [between.low, between.high] if between else None,
        "net_pct": account.net_pct,
        "max_drawdown_pct": float(account.drawdown_pct.min()) if len(sample) else None,
        "cost_r": float(trades.cost_r[trades.is_taken].sum()),
        "refused": int(refused.sum()),
        "undecided": int((~refused & np.isnan(trades.r)).sum()),
    }
