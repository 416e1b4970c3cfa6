"""A position as a row and as the fold's value: the one place that turns each into the other."""

from datetime import datetime
from decimal import Decimal
from typing import Literal, cast

from django.db import transaction

from audit.log import log_event
from risk.outcomes import outcome
from risk.states import Bar, Closed, ExitReason, Side
from risk.states import Position as Held
from signals.messages import told, withdraw_signal
from signals.models import Position, Signal, Track
from signals.result_messages import queue_result
from signals.wording import HOW, result_text

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


def held_of(row: Position) -> Held:
    """The fold's value of a running row."""
    signal = row.signal
    return Held(
        side=cast(Side, signal.action),
        bar_time=signal.bar_time,
        price=float(signal.price),
        sl=float(signal.sl or 0),
        tp=None if signal.tp is None else float(signal.tp),
        expires_at=signal.expires_at,
        is_shadow=row.is_shadow,
        entry_time=row.entry_at,
        entry_price=None if row.entry_price is None else float(row.entry_price),
        stop=float(row.stop),
        best=row.best_price,
        worst=row.worst_price,
        leaving=cast(ExitReason, row.reason) if row.state == Position.State.LEAVING else None,
    )


def end(row: Position, closed: Closed) -> None:
    """Store how a position ended, and close its signal unless it was blocked."""
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
    row.save()
    if not row.is_shadow:
        ending = ENDINGS[closed.reason]
        row.signal.status = Signal.Status.CLOSED
        Signal.objects.filter(pk=row.signal_id).update(status=Signal.Status.CLOSED, ending=ending)


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


def announce_end(row: Position, at: datetime) -> None:
    """One event about how a live position ended, and its result for those who asked for it.

    First its entry waits for nobody's morning any more: who never got it is not told its end.
    """
    withdraw_signal(row.signal)
    queue_result(row, now=at)
    log_event(
        "signal.closed",
        at=at,
        subject=f"signal:{row.signal_id}",
        text=f"{row.signal} ended by {HOW[row.reason]}, {result_text(row)}",
        payload={
            "reason": row.reason,
            "pips": row.pips,
            "r_multiple": row.r_multiple,
            "r_optimistic": row.r_optimistic,
            "shadow": row.is_shadow,
            **told(row.signal),
        },
    )


@transaction.atomic
def abandon(track: Track, *, now: datetime) -> None:
    """End what `track` still holds as `data_gap`: its bars are no longer followed."""
    for row in track.positions.exclude(state=Position.State.CLOSED).select_related(
        "signal__symbol", "signal__config_version"
    ):
        end(row, Closed(position=held_of(row), reason="data_gap", at=now, price=None))
        announce_end(row, now)
