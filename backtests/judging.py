"""Ended positions as trades: results after costs, by the formulas of risk.outcomes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from backtests.columns import Entries
from backtests.market import Bars
from backtests.plan import Costs
from backtests.trades import REASONS, Trades
from backtests.walk import STILL_OPEN, Ends
from risk.core.values import NEVER
from risk.outcomes import Prices, Results, results
from risk.states import Terms

AT_MARKET = np.array([reason not in ("tp", "data_gap") for reason in REASONS])
"""Which ends are fills at market; a target is a limit order."""


def trades_of(
    bars: Bars,
    entries: Entries,
    refused: NDArray[np.int64],
    ends: Ends,
    terms: Terms,
    costs: Costs,
    symbol: int,
) -> Trades:
    """One trade per entry that was filled and ended, in the order of the entries."""
    kept = np.flatnonzero((ends.reason != STILL_OPEN) & (ends.entered != NEVER))
    entries, ends = _at(entries, kept), _at(ends, kept)
    side = entries.side
    risk = np.abs(entries.price - entries.sl)
    prices = Prices(side, ends.entry, ends.price, ends.optimistic, ends.best, ends.worst, risk)
    cost = costs.commission_pips + (1 + AT_MARKET[ends.reason]) * costs.slippage_pips  # pips
    return Trades.of(
        {
            "symbol": np.full(len(kept), symbol),
            "side": side,
            "decided_at": _times(bars.time[entries.row]),
            "entered_at": _times(ends.entered),
            "closed_at": _times(ends.closed),
            "price": entries.price,
            "sl": entries.sl,
            "tp": entries.tp,
            "confidence": entries.confidence,
            "entry_price": ends.entry,
            "exit_price": ends.price,
            "reason": ends.reason,
            "is_gap": ends.is_gap,
            "refused": refused[kept],
            **_after_costs(results(prices, pip=terms.pip), cost, prices, terms.pip),
        }
    )


def _after_costs(told: Results, cost: Any, prices: Prices, pip: float) -> dict[str, Any]:
    """The results less `cost`, in pips."""
    cost_r = cost * pip / prices.risk
    known = ~np.isnan(prices.exit)  # without a result nothing is told of the way there either
    return {
        "pips": told.pips - cost,
        "r": told.r_multiple - cost_r,
        "r_optimistic": told.r_optimistic - cost_r,
        "return_pct": told.return_pct - 100 * cost * pip / prices.entry,
        "mfe_pips": np.where(known, told.mfe_pips, np.nan),
        "mae_pips": np.where(known, told.mae_pips, np.nan),
        "cost_r": cost_r,
    }


def _at(columns: Any, kept: NDArray[np.int64]) -> Any:
    """A named tuple of columns with these elements of each."""
    return type(columns)(*(column[kept] for column in columns))


def _times(at: NDArray[np.int64]) -> NDArray[np.datetime64]:
    return at.astype("datetime64[s]")
