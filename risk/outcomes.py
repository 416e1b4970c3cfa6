"""What became of a position, in pips and in R, on the side it could be closed at."""

from dataclasses import dataclass
from datetime import timedelta

from risk.states import Closed, Position


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The result of one closed position; all None where the bars cannot tell."""

    pips: float | None = None  # exit against entry fill, in favour positive
    r_multiple: float | None = None  # the same in units of the risk |price - sl|
    r_optimistic: float | None = None  # on a tie: had TP come before SL inside the deciding bar
    return_pct: float | None = None  # percent of the entry price
    duration: timedelta | None = None  # entry to exit; within a bar, to its end
    mfe_pips: float | None = None  # furthest in favour while open, zero or positive
    mae_pips: float | None = None  # furthest against, zero or negative


UNKNOWN = Outcome()


def outcome(closed: Closed, *, pip: float) -> Outcome:
    """The result of `closed`; UNKNOWN when it never filled or bars are missing at its end."""
    position, began = closed.position, closed.position.entry_time
    gained = _gain(position, closed.price)
    if gained is None or began is None or not position.entry_price:
        return UNKNOWN
    hopeful = _gain(position, closed.optimistic_price)
    seen = [_gain(position, price) or 0.0 for price in (position.best, position.worst)]
    return Outcome(
        pips=round(gained / pip, 2),
        r_multiple=round(gained / position.risk, 4),
        r_optimistic=None if hopeful is None else round(hopeful / position.risk, 4),
        return_pct=round(100 * gained / position.entry_price, 5),
        duration=closed.at - began,
        mfe_pips=round(max(*seen, gained, 0.0) / pip, 2),
        mae_pips=round(min(*seen, gained, 0.0) / pip, 2),
    )


def _gain(position: Position, price: float | None) -> float | None:
    if price is None or position.entry_price is None:
        return None
    return position.sign * (price - position.entry_price)
