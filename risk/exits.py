"""Between the desk's positions and the numbers of risk.core, in both directions."""

import math
from dataclasses import replace
from datetime import datetime

from risk.core import exits as core
from risk.core.values import (
    EMPTY,
    LONG,
    NEVER,
    NOBODY,
    NOT_LEAVING,
    SHORT,
    End,
    Idea,
    Quotes,
    Slot,
)
from risk.states import REASONS, Bar, Closed, Decision, Position, State, Terms


def quotes(bar: Bar) -> Quotes:
    """The bar as numbers."""
    return Quotes(
        seconds(bar.time),
        seconds(bar.close_time),
        bar.open,
        bar.high,
        bar.low,
        bar.close,
        bar.ask_open,
        bar.ask_high,
        bar.ask_low,
        bar.ask_close,
    )


def slot(position: Position | None) -> Slot:
    """The position as numbers; EMPTY for None."""
    if position is None:
        return EMPTY
    idea = Idea(
        LONG if position.side == "BUY" else SHORT,
        0,
        position.sl,
        number(position.tp),
        seconds(position.expires_at),
        position.is_shadow,
    )
    return Slot(
        idea,
        NEVER if position.entry_time is None else seconds(position.entry_time),
        number(position.entry_price),
        position.stop,
        number(position.best),
        number(position.worst),
        REASONS.index(position.leaving) if position.leaving else NOT_LEAVING,
    )


def position_of(now: Slot, before: Position, bar: Bar) -> Position:
    """`before` with what `bar` changed."""
    is_new = before.entry_time is None and now.entered != NEVER
    return replace(
        before,
        entry_time=bar.time if is_new else before.entry_time,
        entry_price=known(now.entry),
        stop=now.stop,
        best=known(now.best),
        worst=known(now.worst),
        leaving=None if now.leaving == NOT_LEAVING else REASONS[now.leaving],
    )


def closed(end: End, before: Position | None, bar: Bar) -> list[Closed]:
    """The end of `before` on `bar`; nothing where it goes on."""
    if before is None or end.slot.idea.side == NOBODY:
        return []
    return [
        Closed(
            position=position_of(end.slot, before, bar),
            reason=REASONS[end.reason],
            at=bar.time if end.at == seconds(bar.time) else bar.close_time,
            price=known(end.price),
            bar=bar,
            is_gap=end.is_gap,
            optimistic_price=known(end.optimistic),
        )
    ]


def trail(state: State, bar: Bar, decision: Decision, terms: Terms) -> State:
    """Pull the stop after the close, for the bars to come; it never moves back."""
    if state.held is None or not terms.trails:
        return state
    drawn = core.trailed(slot(state.held), quotes(bar), number(decision.trail), terms.scale)
    return replace(state, held=replace(state.held, stop=drawn.stop))


def seconds(at: datetime) -> int:
    """Whole seconds since 1970."""
    return int(at.timestamp())


def number(value: float | None) -> float:
    return math.nan if value is None else value


def known(value: float) -> float | None:
    return None if value != value else value
