"""A backtest as the desk walks: the fold, bar by bar, its trades written down one by one."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from backtests.plan import Costs
from backtests.trades import REASONS, Trades
from risk.guards.base import Book, Guard
from risk.outcomes import outcome
from risk.positions import fold
from risk.states import Closed, Signalled, State, Terms
from risk.tape import tape


def folded(
    bars: pd.DataFrame,
    decisions: pd.DataFrame,
    *,
    terms: Terms,
    guards: Sequence[Guard] = (),
    costs: Costs = Costs(),  # noqa: B008 - frozen
) -> tuple[Trades, int]:
    """The trades, and how many positions the last bar left running."""
    state, ended, signals = State(), [], {}
    for bar, decision in tape(bars, decisions, bar_length=terms.bar_length, start=0):
        state, happened = fold(state, bar, decision, terms=terms, guards=guards, book=Book())
        ended += [event for event in happened if isinstance(event, Closed)]
        made = [each for each in happened if isinstance(each, Signalled) and each.action != "FLAT"]
        signals |= {(bar.time, each.action): (each, decision.confidence) for each in made}
    filled = sorted(
        (event for event in ended if event.position.entry_time),
        key=lambda event: event.position.bar_time,
    )
    slugs = [guard.slug for guard in guards]
    rows = [
        _row(event, *signals[event.position.bar_time, event.position.side], terms, costs, slugs)
        for event in filled
    ]
    columns = {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}
    return Trades.of(columns), sum(held is not None for held in (state.held, state.leaving))


def _row(
    closed: Closed,
    signal: Signalled,
    confidence: float | None,
    terms: Terms,
    costs: Costs,
    slugs: list[str],
) -> dict[str, Any]:
    held, told = closed.position, outcome(closed, pip=terms.pip)
    fills = 1 if closed.reason in ("tp", "data_gap") else 2
    cost = costs.commission_pips + fills * costs.slippage_pips
    cost_r = cost * terms.pip / held.risk
    return {
        "symbol": 0,
        "side": held.sign,
        "decided_at": _utc(held.bar_time),
        "entered_at": _utc(held.entry_time),
        "closed_at": _utc(closed.at),
        "price": held.price,
        "sl": held.sl,
        "tp": held.tp,
        "confidence": confidence,
        "entry_price": held.entry_price,
        "exit_price": closed.price,
        "reason": REASONS.index(closed.reason),
        "is_gap": closed.is_gap,
        "refused": sum(1 << slugs.index(refusal.guard) for refusal in signal.refusals),
        "pips": _less(told.pips, cost),
        "r": _less(told.r_multiple, cost_r),
        "r_optimistic": _less(told.r_optimistic, cost_r),
        "return_pct": _less(told.return_pct, 100 * cost * terms.pip / (held.entry_price or 1.0)),
        "mfe_pips": told.mfe_pips,
        "mae_pips": told.mae_pips,
        "cost_r": cost_r,
    }


def _less(value: float | None, cost: float) -> float | None:
    return None if value is None else value - cost


def _utc(at: Any) -> np.datetime64:
    return np.datetime64(int(at.timestamp()), "s")
