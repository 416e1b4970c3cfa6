"""Trades as lines of a table or a file, in an order somebody chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from backtests.plan import Plan
from backtests.trades import REASONS, Trades
from risk.wording import HOW

KINDS = {"taken": "Accepted", "refused": "Blocked", "all": "All"}
SORTS = {"time": "oldest first", "-time": "newest first", "-r": "best first", "r": "worst first"}
Places = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Trade:
    """One trade; unknown is None. `place` names it within its backtest."""

    place: int
    symbol: str
    digits: int
    action: str
    decided_at: datetime  # open of the bar whose close decided
    entered_at: datetime
    closed_at: datetime
    price: float
    sl: float
    tp: float | None
    confidence: float | None
    entry_price: float
    exit_price: float | None
    reason: str  # slug
    is_gap: bool
    refused_by: tuple[str, ...]
    pips: float | None
    r: float | None
    r_optimistic: float | None
    return_pct: float | None
    mfe_pips: float | None
    mae_pips: float | None
    cost_r: float

    @property
    def decided_text(self) -> str:
        """UTC, whatever zone the reader has."""
        return f"{self.decided_at:%Y-%m-%d %H:%M}"

    @property
    def closed_text(self) -> str:
        return f"{self.closed_at:%Y-%m-%d %H:%M}"

    @property
    def end(self) -> str:
        """What ended it, in words."""
        how = [HOW[self.reason]]
        how += ["at an open beyond the level"] if self.is_gap else []
        how += ["stop and target inside one bar"] if self.r_optimistic is not None else []
        return ", ".join(how)


def places(trades: Trades, *, kind: str = "all", sort: str = "time") -> Places:
    """Where the trades of one of KINDS are, in one of SORTS; those without a result last."""
    masks = {"taken": trades.refused == 0, "refused": trades.refused != 0}
    found = np.flatnonzero(masks[kind]) if kind in masks else np.arange(len(trades))
    if sort.endswith("time"):
        ordered = found[np.argsort(trades.decided_at[found], kind="stable")]
        return ordered[::-1] if sort.startswith("-") else ordered
    values = trades.r[found] * (-1 if sort.startswith("-") else 1)
    ordered = found[np.argsort(values, kind="stable")]  # NaN sorts last
    return ordered


def places_of_day(trades: Trades, *, place: int, day: datetime) -> Places:
    """The accepted trades decided on a UTC day on the symbol of the trade at `place`."""
    days = trades.decided_at.astype("datetime64[D]")
    is_of_day = days == np.datetime64(f"{day:%Y-%m-%d}")
    is_of_symbol = trades.symbol == trades.symbol[place]
    return np.flatnonzero(is_of_day & is_of_symbol & (trades.refused == 0))


def listed(
    trades: Trades,
    chosen: Sequence[int] | Places,
    plan: Plan,
    *,
    guards: Sequence[str],
    digits: Mapping[str, int],
) -> tuple[Trade, ...]:
    """The trades at `chosen` places; `digits` by symbol, 5 for one that is no more."""
    return tuple(_trade(trades, int(place), plan, guards, digits) for place in chosen)


def _trade(
    trades: Trades, place: int, plan: Plan, guards: Sequence[str], digits: Mapping[str, int]
) -> Trade:
    symbol = plan.symbols[trades.symbol[place]]
    refused = int(trades.refused[place])
    told = {
        name: _known(getattr(trades, name)[place])
        for name in (
            *("tp", "confidence", "exit_price", "pips", "r", "r_optimistic", "return_pct"),
            *("mfe_pips", "mae_pips"),
        )
    }
    return Trade(
        place=place,
        symbol=symbol,
        digits=digits.get(symbol, 5),
        action="BUY" if trades.side[place] > 0 else "SELL",
        decided_at=utc(trades.decided_at[place]),
        entered_at=utc(trades.entered_at[place]),
        closed_at=utc(trades.closed_at[place]),
        price=float(trades.price[place]),
        sl=float(trades.sl[place]),
        entry_price=float(trades.entry_price[place]),
        reason=REASONS[trades.reason[place]],
        is_gap=bool(trades.is_gap[place]),
        refused_by=tuple(slug for bit, slug in enumerate(guards) if refused >> bit & 1),
        cost_r=float(trades.cost_r[place]),
        **told,
    )


def utc(at: np.datetime64) -> datetime:
    """A moment of the arrays."""
    return datetime.fromtimestamp(int(at.astype("datetime64[s]").astype(np.int64)), UTC)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
