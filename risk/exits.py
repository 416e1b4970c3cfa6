"""The first half of the fold: what a bar does to positions that already exist."""

from dataclasses import replace
from datetime import datetime

from risk.states import (
    Bar,
    Closed,
    Decision,
    Entered,
    ExitReason,
    Happening,
    Hole,
    Position,
    State,
    Terms,
)

HOLE_MINUTES = 5  # trading minutes; quiet markets skip one or two, an outage skips more


def through_hole(state: State, bar: Bar, terms: Terms) -> tuple[State, list[Happening]]:
    """End what was held when too many trading minutes are missing before `bar`."""
    expected = state.last_bar and state.last_bar + terms.bar_length
    if expected is None or bar.time <= expected:
        return state, []
    missing = terms.calendar.trading_minutes_between(expected, bar.time)
    if missing <= HOLE_MINUTES:
        return state, []
    ended: list[Happening] = [
        Closed(position=position, reason="data_gap", at=bar.time, price=None, bar=bar)
        for position in (state.leaving, state.held)
        if position
    ]
    return State(last_bar=state.last_bar, hole=Hole(bar.time, missing)), ended


def fill(state: State, bar: Bar, terms: Terms) -> tuple[State, list[Happening]]:
    """Close what leaves and enter what waits, both at this bar's open."""
    happened: list[Happening] = []
    if state.leaving:
        reason = state.leaving.leaving or "flat"
        price = _exit_open(state.leaving, bar)
        happened.append(_close(state.leaving, reason, bar, price, terms, at=bar.time))
        state = replace(state, leaving=None)
    held = state.held
    if held and held.entry_time is None:
        paid = bar.ask_open if held.side == "BUY" else bar.open
        held = replace(held, entry_time=bar.time, entry_price=round(paid, terms.digits))
        happened.append(Entered(position=held, bar=bar))
        state = replace(state, held=held)
    return state, happened


def judge(state: State, bar: Bar, terms: Terms) -> tuple[State, list[Happening]]:
    """Stop, take profit or expire the held position on this bar."""
    held = state.held
    if held is None:
        return state, []
    if bar.time >= held.expires_at:
        closed = _close(held, "expired", bar, _exit_open(held, bar), terms, at=bar.time)
        return replace(state, held=None), [closed]
    ended = _levels_hit(held, bar, terms)
    held = _seen(held, *_exit_range(held, bar))
    if ended is None and bar.close_time >= held.expires_at:
        ended = _close(held, "expired", bar, exit_close(held, bar), terms)
    return replace(state, held=None if ended else held), [ended] if ended else []


def _levels_hit(held: Position, bar: Bar, terms: Terms) -> Closed | None:
    """The stop or the target, whichever this bar reached; the stop first when both."""
    sign = held.sign
    opened = _exit_open(held, bar)
    against, favour = _exit_range(held, bar)
    at_open = _seen(held, opened, opened)
    stop_reason: ExitReason = "sl" if held.stop == held.sl else "trailing_stop"
    if sign * (opened - held.stop) <= 0:
        return _close(at_open, stop_reason, bar, opened, terms, at=bar.time, is_gap=True)
    if held.tp is not None and sign * (opened - held.tp) >= 0:
        return _close(at_open, "tp", bar, opened, terms, at=bar.time, is_gap=True)
    hits_target = held.tp is not None and sign * (favour - held.tp) >= 0
    if sign * (against - held.stop) <= 0:
        out = _seen(held, held.stop, opened)  # what came after the stop is not the position's
        tie = held.tp if hits_target else None
        return _close(out, stop_reason, bar, held.stop, terms, optimistic=tie)
    if hits_target and held.tp is not None:
        out = _seen(held, against, held.tp)
        return _close(out, "tp", bar, held.tp, terms)
    return None


def trail(state: State, bar: Bar, decision: Decision, terms: Terms) -> State:
    """Pull the stop after the close, for the bars to come; it never moves back."""
    held = state.held
    if held is None or not terms.trails or decision.trail is None:
        return state
    drawn = round(exit_close(held, bar) - held.sign * decision.trail, terms.digits)
    if held.sign * (drawn - held.stop) <= 0:
        return state
    return replace(state, held=replace(held, stop=drawn))


def _close(
    position: Position,
    reason: ExitReason,
    bar: Bar,
    price: float,
    terms: Terms,
    *,
    at: datetime | None = None,
    is_gap: bool = False,
    optimistic: float | None = None,
) -> Closed:
    """Ended by `bar`: at its open when `at` says so, else some time within it."""
    return Closed(
        position=position,
        reason=reason,
        at=at or bar.close_time,
        price=round(price, terms.digits),
        bar=bar,
        is_gap=is_gap,
        optimistic_price=optimistic,
    )


def _seen(held: Position, against: float, favour: float) -> Position:
    """The position with its furthest prices widened to these two."""
    pick_best, pick_worst = (max, min) if held.side == "BUY" else (min, max)
    return replace(
        held,
        best=favour if held.best is None else pick_best(held.best, favour),
        worst=against if held.worst is None else pick_worst(held.worst, against),
    )


def _exit_open(held: Position, bar: Bar) -> float:
    return bar.open if held.side == "BUY" else bar.ask_open


def exit_close(held: Position, bar: Bar) -> float:
    return bar.close if held.side == "BUY" else bar.ask_close


def _exit_range(held: Position, bar: Bar) -> tuple[float, float]:
    """The furthest prices on the exit side: against the position, and in its favour."""
    return (bar.low, bar.high) if held.side == "BUY" else (bar.ask_high, bar.ask_low)
