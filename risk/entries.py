"""What an entry is, before the guards have spoken: one formula, for one bar or for columns."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from risk.core.values import LONG, SHORT
from risk.exits import number
from risk.guards.base import Candidate, Facts, Refusal
from risk.holes import minutes_since
from risk.states import Bar, Decision, Hole, Position, Side, Signalled, Terms
from strategies.levels import Laid, lay, of_ticks


class Close(NamedTuple):
    """What an entry is measured by at one bar's close, or at many; NaN while unknown."""

    price: Any  # the tradable side: ask for BUY, bid for SELL
    spread: Any  # ask less bid
    atr: Any
    is_open: Any  # whether the market trades then
    hole_minutes: Any
    minutes_since_hole: Any


def entry_side(buy: Any, sell: Any, confidence: Any, min_confidence: float) -> Any:
    """1 for BUY, -1 for SELL, 0 for none; an undefined confidence is not below any limit."""
    is_enough = np.logical_not(confidence < min_confidence)
    return np.subtract(buy, sell > buy, dtype=np.int8) * is_enough


def laid(side: Any, close: Close, terms: Terms) -> Laid:
    """The levels of entries to `side`, in ticks."""
    return lay(
        terms.rule,
        side=side,
        price=close.price,
        atr=close.atr,
        pip=terms.pip,
        digits=terms.digits,
    )


def facts(found: Laid, close: Close, terms: Terms) -> Facts:
    """What the guards are asked about entries at these levels."""
    return Facts(
        stop_distance=abs(found.price / terms.scale - found.sl / terms.scale),
        spread=np.maximum(close.spread, 0.0),
        atr_pct=100 * close.atr / close.price,
        is_market_open=close.is_open,
        hole_minutes=close.hole_minutes,
        minutes_since_hole=close.minutes_since_hole,
    )


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A BUY or SELL with its levels, before the guards have spoken."""

    side: Side
    laid: Laid
    digits: int
    bar_time: datetime
    expires_at: datetime
    candidate: Candidate

    def signal(self, reasons: tuple[Refusal, ...]) -> Signalled:
        laid, has_target = self.laid, self.laid.tp == self.laid.tp
        return Signalled(
            action=self.side,
            price=of_ticks(laid.price, self.digits),
            sl=of_ticks(laid.sl, self.digits),
            tp=of_ticks(laid.tp, self.digits) if has_target else None,
            closed_at=self.candidate.at,
            expires_at=self.expires_at,
            refusals=reasons,
            candidate=self.candidate,
        )

    def position(self, *, is_shadow: bool) -> Position:
        """The entry held, pending its fill."""
        laid, scale = self.laid, 10.0**self.digits
        return Position(
            side=self.side,
            bar_time=self.bar_time,
            price=laid.price / scale,
            sl=laid.sl / scale,
            tp=laid.tp / scale if laid.tp == laid.tp else None,
            expires_at=self.expires_at,
            is_shadow=is_shadow,
            stop=laid.sl / scale,
        )


def entry_at(
    side: Side, bar: Bar, decision: Decision, terms: Terms, hole: Hole | None
) -> Entry | None:
    """The entry at this close; None while its levels are undefined or closer than a tick."""
    since = minutes_since(hole, bar.close_time)
    close = Close(
        price=bar.ask_close if side == "BUY" else bar.close,
        spread=bar.ask_close - bar.close,
        atr=number(decision.atr),
        is_open=terms.calendar.is_open(bar.close_time),
        hole_minutes=hole.minutes if hole else 0,
        minutes_since_hole=number(since),
    )
    found = laid(LONG if side == "BUY" else SHORT, close, terms)
    if not found.is_whole:
        return None
    asked = facts(found, close, terms)
    candidate = Candidate(
        symbol=terms.symbol,
        action=side,
        at=bar.close_time,
        price=found.price / terms.scale,
        sl=found.sl / terms.scale,
        spread=float(asked.spread),
        pip=terms.pip,
        atr_pct=None if decision.atr is None else asked.atr_pct,
        is_market_open=close.is_open,
        hole_minutes=close.hole_minutes,
        minutes_since_hole=since,
    )
    return Entry(
        side=side,
        laid=found,
        digits=terms.digits,
        bar_time=bar.time,
        expires_at=terms.calendar.add_trading_minutes(bar.close_time, terms.expiry_minutes),
        candidate=candidate,
    )


def candidate_at(
    side: Side, bar: Bar, decision: Decision, terms: Terms, hole: Hole | None
) -> Candidate | None:
    """What the guards would be asked about an entry at this close; None without a level."""
    entry = entry_at(side, bar, decision, terms, hole)
    return entry.candidate if entry else None
