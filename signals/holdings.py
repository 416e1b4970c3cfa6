"""A position as a row and as the fold's value: the one place that turns each into the other."""

from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple, cast

from risk.outcomes import outcome
from risk.states import Bar, Closed, ExitReason, Side
from risk.states import Position as Held
from signals.models import Position, Signal

DecidingBar = Literal["entry", "exit", "gap"]
"""What a bar decided; "gap": the first one after those that are missing."""

ENDINGS: dict[ExitReason, Signal.Ending] = {
    "tp": Signal.Ending.TP,
    "sl": Signal.Ending.SL,
    "trailing_stop": Signal.Ending.SL,
    "expired": Signal.Ending.EXPIRED,
    "flat": Signal.Ending.RULE,
    "opposite": Signal.Ending.RULE,
    "data_gap": Signal.Ending.UNKNOWN,
}


class Standing(NamedTuple):
    """What the fold reads of a running row and of its signal."""

    action: str
    bar_time: datetime
    price: Decimal
    sl: Decimal | None
    tp: Decimal | None
    expires_at: datetime
    is_shadow: bool
    entry_at: datetime | None
    entry_price: Decimal | None
    stop: Decimal
    best_price: float | None
    worst_price: float | None
    state: str
    reason: str


def held_of(row: Position) -> Held:
    """The fold's value of a running row."""
    of_signal = (getattr(row.signal, name) for name in Standing._fields[:6])
    return held_from(Standing(*of_signal, *(getattr(row, name) for name in Standing._fields[6:])))


def held_from(row: Standing) -> Held:
    """The fold's value of what is read of a running row."""
    return Held(
        side=cast(Side, row.action),
        bar_time=row.bar_time,
        price=float(row.price),
        sl=float(row.sl or 0),
        tp=None if row.tp is None else float(row.tp),
        expires_at=row.expires_at,
        is_shadow=row.is_shadow,
        entry_time=row.entry_at,
        entry_price=None if row.entry_price is None else float(row.entry_price),
        stop=float(row.stop),
        best=row.best_price,
        worst=row.worst_price,
        leaving=cast(ExitReason, row.reason) if row.state == Position.State.LEAVING else None,
    )


def end(row: Position, closed: Closed) -> None:
    """Note how a position ended, and close its signal unless it was blocked; nothing is stored."""
    follow(row, closed.position)
    result = outcome(closed, pip=float(row.signal.pip_size))
    row.state = Position.State.CLOSED
    row.reason = closed.reason
    row.closed_at = closed.at
    row.exit_price = _decimal(closed.price)
    row.is_gap = closed.is_gap
    row.is_tie = closed.optimistic_price is not None
    row.pips, row.r_multiple = result.pips, result.r_multiple
    row.r_optimistic, row.return_pct = result.r_optimistic, result.return_pct
    row.mfe_pips, row.mae_pips = result.mfe_pips, result.mae_pips
    row.duration = result.duration
    if closed.bar:
        decided_by(row, "gap" if closed.reason == "data_gap" else "exit", closed.bar)
    if not row.is_shadow:
        row.signal.status = Signal.Status.CLOSED
        row.signal.ending = ENDINGS[closed.reason]


def decided_by(row: Position, what: DecidingBar, bar: Bar) -> None:
    """Keep the quotes of a bar that decided; the caller saves the row."""
    quotes = {
        "time": bar.time.isoformat(),
        "bid": [bar.open, bar.high, bar.low, bar.close],
        "ask": [bar.ask_open, bar.ask_high, bar.ask_low, bar.ask_close],
    }
    row.decided_by = [*row.decided_by, {"what": what, **quotes}]


def follow(row: Position, held: Held) -> None:
    """Bring the row up to where the fold has the position; the caller saves it."""
    row.entry_at = held.entry_time
    row.entry_price = _decimal(held.entry_price)
    row.stop = Decimal(repr(held.stop))
    row.best_price, row.worst_price = held.best, held.worst
    row.reason = held.leaving or ""
    row.state = Position.State.OPEN if held.entry_time else Position.State.PENDING
    if held.leaving:
        row.state = Position.State.LEAVING


def _decimal(price: float | None) -> Decimal | None:
    """The rounded price as stored; `repr` keeps exactly the digits the fold rounded to."""
    return None if price is None else Decimal(repr(price))
