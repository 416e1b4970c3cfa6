"""What a bar does to positions that already exist: fill, stop, target, expiry, trailing."""

import math

from risk.core.values import (
    DATA_GAP,
    EXPIRED,
    LONG,
    NO_END,
    NOBODY,
    NOT_LEAVING,
    SL,
    TP,
    TRAILING_STOP,
    End,
    Quotes,
    Slot,
)
from strategies.grid import on_grid


def lost(slot: Slot, bar: Quotes) -> End:
    """The end of what was held through missing minutes: no result, not an invented one."""
    if slot.idea.side == NOBODY:
        return NO_END
    return End(slot, DATA_GAP, bar.time, math.nan, False, math.nan)


def left(slot: Slot, bar: Quotes, scale: float) -> End:
    """The end, at this bar's open, of what leaves by rule."""
    if slot.idea.side == NOBODY:
        return NO_END
    return _end(slot, slot.leaving, bar.time, exit_open(slot, bar), False, math.nan, scale)


def filled(slot: Slot, bar: Quotes, scale: float) -> Slot:
    """The slot, which waited, entered at this bar's open on the tradable side."""
    paid = bar.ask_open if slot.idea.side == LONG else bar.open
    return Slot(
        slot.idea, bar.time, on_grid(paid, scale), slot.stop, slot.best, slot.worst, NOT_LEAVING
    )


def judged(slot: Slot, bar: Quotes, scale: float) -> End:
    """How the held slot ends on this bar; NO_END while it goes on."""
    if slot.idea.side == NOBODY:
        return NO_END
    if bar.time >= slot.idea.expires:
        return _end(slot, EXPIRED, bar.time, exit_open(slot, bar), False, math.nan, scale)
    ended = _levels_hit(slot, bar, scale)
    if ended.slot.idea.side == NOBODY and bar.close_time >= slot.idea.expires:
        out, price = seen_all(slot, bar), exit_close(slot, bar)
        return _end(out, EXPIRED, bar.close_time, price, False, math.nan, scale)
    return ended


def _levels_hit(slot: Slot, bar: Quotes, scale: float) -> End:
    """The stop or the target, whichever this bar reached; the stop first when both."""
    sign, stop, tp = slot.idea.side, slot.stop, slot.idea.tp
    opened = exit_open(slot, bar)
    against, favour = _exit_range(slot, bar)
    hits_stop, hits_tp = sign * (against - stop) <= 0, sign * (favour - tp) >= 0  # NaN: never
    by_stop = SL if stop == slot.idea.sl else TRAILING_STOP
    if sign * (opened - stop) <= 0:
        out = _seen(slot, opened, opened)
        return _end(out, by_stop, bar.time, opened, True, math.nan, scale)
    if sign * (opened - tp) >= 0:
        out = _seen(slot, opened, opened)
        return _end(out, TP, bar.time, opened, True, math.nan, scale)
    if hits_stop:
        out = _seen(slot, stop, opened)  # what came after the stop is not the position's
        tie = tp if hits_tp else math.nan
        return _end(out, by_stop, bar.close_time, stop, False, tie, scale)
    if hits_tp:
        return _end(_seen(slot, against, tp), TP, bar.close_time, tp, False, math.nan, scale)
    return NO_END


def trailed(slot: Slot, bar: Quotes, distance: float, scale: float) -> Slot:
    """The slot with its stop pulled after the close, for the bars to come; it never moves back."""
    sign = slot.idea.side
    drawn = on_grid(exit_close(slot, bar) - sign * distance, scale)
    if sign * (drawn - slot.stop) > 0:
        return Slot(slot.idea, slot.entered, slot.entry, drawn, slot.best, slot.worst, slot.leaving)
    return slot


def seen_all(slot: Slot, bar: Quotes) -> Slot:
    """The slot with its furthest prices widened to all of this bar."""
    if slot.idea.side == NOBODY:
        return slot
    against, favour = _exit_range(slot, bar)
    return _seen(slot, against, favour)


def exit_close(slot: Slot, bar: Quotes) -> float:
    return bar.close if slot.idea.side == LONG else bar.ask_close


def exit_open(slot: Slot, bar: Quotes) -> float:
    return bar.open if slot.idea.side == LONG else bar.ask_open


def _exit_range(slot: Slot, bar: Quotes) -> tuple[float, float]:
    """The furthest prices on the exit side: against the position, and in its favour."""
    if slot.idea.side == LONG:
        return bar.low, bar.high
    return bar.ask_high, bar.ask_low


def _seen(slot: Slot, against: float, favour: float) -> Slot:
    """The slot with its furthest prices widened to these two."""
    sign = slot.idea.side
    best = slot.best if sign * (slot.best - favour) >= 0 else favour
    worst = slot.worst if sign * (slot.worst - against) <= 0 else against
    return Slot(slot.idea, slot.entered, slot.entry, slot.stop, best, worst, slot.leaving)


def _end(
    slot: Slot, reason: int, at: int, price: float, is_gap: bool, optimistic: float, scale: float
) -> End:
    return End(slot, reason, at, on_grid(price, scale), is_gap, optimistic)
