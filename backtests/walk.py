"""The fold over columns: `risk.core` called bar by bar. Compiled where a compiler is there."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from backtests.columns import Entries, Says
from backtests.market import Bars
from risk.core.steps import step
from risk.core.values import NEVER, NOBODY, Asked, End, Quotes, Rules, Slot

Floats = NDArray[np.float64]
STILL_OPEN = -1


class Ends(NamedTuple):
    """One element per entry: how its position ended; the walk fills it in."""

    reason: NDArray[np.int64]  # place in states.REASONS, or STILL_OPEN
    entered: NDArray[np.int64]  # seconds since 1970; values.NEVER: not filled
    closed: NDArray[np.int64]
    entry: Floats
    price: Floats
    optimistic: Floats
    best: Floats
    worst: Floats
    is_gap: NDArray[np.bool_]

    @classmethod
    def none(cls, count: int) -> "Ends":
        """`count` positions that did not end."""
        return cls(
            reason=np.full(count, STILL_OPEN),
            entered=np.full(count, NEVER),
            closed=np.full(count, NEVER),
            **{name: np.full(count, np.nan) for name in cls._fields[3:8]},
            is_gap=np.zeros(count, np.bool_),
        )


class Place(NamedTuple):
    """Where a walk stands between two bars."""

    held: Slot
    leaving: Slot
    entry: int  # number of the next entry


def walk(
    bars: Bars,
    says: Says,
    entries: Entries,
    is_refused: NDArray[np.bool_],
    is_hole: NDArray[np.bool_],
    ends: Ends,
    rules: Rules,
    length: int,
    rows: tuple[int, int],
    place: Place,
) -> Place:
    """Take the bars of `rows` [first, last) one by one; `length` of a bar in seconds.

    While nothing is held, a bar without an entry changes nothing: those are passed over.
    """
    held, leaving, entry = place
    row = rows[0]
    while row < rows[1]:
        following = entries.row[entry] if entry < len(entries.row) else len(bars.time)
        if held.idea.side == NOBODY and leaving.idea.side == NOBODY:
            row = following
            if row >= rows[1]:
                break
        if row == following:
            key, entry = entry, entry + 1
            side = entries.side[key]
            sl, tp, expires = entries.sl[key], entries.tp[key], entries.expires[key]
            refused = is_refused[key]
        else:
            side, key, sl, tp, expires, refused = NOBODY, 0, np.nan, np.nan, 0, False
        asked = Asked(
            side,
            says.leaves_long[row],
            says.leaves_short[row],
            says.trail[row],
            key,
            sl,
            tp,
            expires,
            refused,
        )
        done = step(held, leaving, quotes_at(bars, row, length), asked, rules, is_hole[row])
        note(ends, done.left)
        note(ends, done.ended)
        held, leaving = done.held, done.leaving
        row += 1
    return Place(held, leaving, entry)


def quotes_at(bars: Bars, row: int, length: int) -> Quotes:
    """One bar."""
    return Quotes(
        bars.time[row],
        bars.time[row] + length,
        bars.open[row],
        bars.high[row],
        bars.low[row],
        bars.close[row],
        bars.ask_open[row],
        bars.ask_high[row],
        bars.ask_low[row],
        bars.ask_close[row],
    )


def note(ends: Ends, end: End) -> None:
    """Write down how a position ended, if one did."""
    if end.slot.idea.side == NOBODY:
        return
    key = end.slot.idea.key
    ends.reason[key] = end.reason
    ends.entered[key] = end.slot.entered
    ends.closed[key] = end.at
    ends.entry[key] = end.slot.entry
    ends.price[key] = end.price
    ends.optimistic[key] = end.optimistic
    ends.best[key] = end.slot.best
    ends.worst[key] = end.slot.worst
    ends.is_gap[key] = end.is_gap
