"""The account over a backtest, as the chart of equity reads it."""

import numpy as np

from backtests.plan import Plan
from backtests.results import money
from risk.statistics import Equity, Sample


def gained(sample: Sample, plan: Plan) -> Equity:
    """What was gained over the capital at each closing, and below the best, account currency."""
    account = money(sample, capital=plan.capital, risk_pct=plan.risk_pct)
    best = np.maximum.accumulate(np.maximum(account.balance, plan.capital))
    return Equity(
        closed_at=account.closed_at,
        equity_r=account.balance - plan.capital,
        drawdown_r=account.balance - best,
    )
