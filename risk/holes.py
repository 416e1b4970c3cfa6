"""Missing minutes: how many are an outage, and what the desk remembers of it."""

from datetime import datetime
from typing import Any

from risk.states import Bar, Hole, State, Terms

HOLE_MINUTES = 5  # trading minutes; quiet markets skip one or two, an outage skips more


def is_hole(missing: Any) -> Any:
    """Whether so many missing trading minutes end what is held; of a number or of an array."""
    return missing > HOLE_MINUTES


def hole_before(state: State, bar: Bar, terms: Terms) -> Hole | None:
    """The hole that ends with `bar`; None where its bars follow one another closely enough."""
    expected = state.last_bar and state.last_bar + terms.bar_length
    if expected is None or bar.time <= expected:
        return None
    missing = terms.calendar.trading_minutes_between(expected, bar.time)
    return Hole(bar.time, missing) if is_hole(missing) else None


def minutes_since(hole: Hole | None, at: datetime) -> int | None:
    """Whole minutes since bars came back; None where none were missing."""
    return int((at - hole.ended_at).total_seconds() // 60) if hole else None
