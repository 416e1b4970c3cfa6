"""What became of a position, in pips and in R, on the side it could be closed at."""

from dataclasses import dataclass
from datetime import timedelta

from risk.states import Closed, Position


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The result of one closed position; None where the bars cannot tell."""

    pips: float | None  # exit against entry fill, in favour positive
    r_multiple: float | None  # the same in units of the risk |price - sl|
    r_optimistic: float | None  # had TP come before SL inside the deciding bar
    return_pct: float | None  # percent of the entry price
    duration: timedelta | None  # entry to exit
    mfe_pips: float | None  # furthest in favour while open
    mae_pips: float | None  # furthest against, negative or zero


def outcome(closed: Closed, *, pip: float) -> Outcome:
    """The result of `closed`; all None when it never filled or its end is unknown."""
    position, entry = closed.position, closed.position.entry_price
    gained = _gain(position, closed.price)
    hopeful = _gain(position, closed.optimistic_price)
    best, worst = _gain(position, position.best), _gain(position, position.worst)
    risk = position.risk
    return Outcome(
        pips=None if gained is None else round(gained / pip, 2),
        r_multiple=None if gained is None else round(gained / risk, 4),
        r_optimistic=None if hopeful is None else round(hopeful / risk, 4),
        return_pct=None if gained is None or not entry else round(100 * gained / entry, 5),
        duration=closed.at - position.entry_time if position.entry_time else None,
        mfe_pips=None if best is None else round(max(best, 0.0) / pip, 2),
        mae_pips=None if worst is None else round(min(worst, 0.0) / pip, 2),
    )


def _gain(position: Position, price: float | None) -> float | None:
    if price is None or position.entry_price is None:
        return None
    return position.sign * (price - position.entry_price)
