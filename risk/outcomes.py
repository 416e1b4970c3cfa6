"""What became of a position, in pips and in R, on the side it could be closed at."""

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

import numpy as np

from risk.states import Closed


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


class Prices(NamedTuple):
    """What a result is computed from: numbers, or arrays of one length; NaN is unknown."""

    sign: Any  # 1 BUY, -1 SELL
    entry: Any
    exit: Any
    optimistic: Any  # exit, had TP come first
    best: Any  # furthest prices on the exit side
    worst: Any
    risk: Any  # |price - sl|


class Results(NamedTuple):
    """The results of positions as in Outcome, NaN where the bars cannot tell."""

    pips: Any
    r_multiple: Any
    r_optimistic: Any
    return_pct: Any
    mfe_pips: Any
    mae_pips: Any


def results(of: Prices, *, pip: float) -> Results:
    """What positions came to: one formula, for one of them or for columns."""
    gained = of.sign * (of.exit - of.entry)
    best, worst = of.sign * (of.best - of.entry), of.sign * (of.worst - of.entry)
    most, least = np.fmax(np.fmax(best, worst), 0.0), np.fmin(np.fmin(best, worst), 0.0)
    return Results(
        pips=np.round(gained / pip, 2),
        r_multiple=np.round(gained / of.risk, 4),
        r_optimistic=np.round(of.sign * (of.optimistic - of.entry) / of.risk, 4),
        return_pct=np.round(100 * gained / of.entry, 5),
        mfe_pips=np.round(np.maximum(most, gained) / pip, 2),
        mae_pips=np.round(np.minimum(least, gained) / pip, 2),
    )


def outcome(closed: Closed, *, pip: float) -> Outcome:
    """The result of `closed`; UNKNOWN when it never filled or bars are missing at its end."""
    position, began = closed.position, closed.position.entry_time
    if closed.price is None or began is None or not position.entry_price:
        return UNKNOWN
    found = results(
        Prices(
            sign=position.sign,
            entry=position.entry_price,
            exit=closed.price,
            optimistic=_number(closed.optimistic_price),
            best=_number(position.best),
            worst=_number(position.worst),
            risk=position.risk,
        ),
        pip=pip,
    )
    told = {name: _known(value) for name, value in found._asdict().items()}
    return Outcome(duration=closed.at - began, **told)


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _known(value: Any) -> float | None:
    return None if math.isnan(value) else float(value)
