"""What a step reads, remembers and reports: named tuples of numbers."""

import math
from typing import NamedTuple

LONG, SHORT, NOBODY = 1, -1, 0  # sides; NOBODY: no position there
TP, SL, TRAILING_STOP, EXPIRED, FLAT, OPPOSITE, DATA_GAP = range(7)  # places in states.ExitReason
NOT_LEAVING = -1
REPEATED, ACCEPTED, REFUSED, ENDED, LET_GO, NOTHING = range(6)  # what was decided
NEVER = -(2**62)


class Idea(NamedTuple):
    """An accepted signal, or a refused one followed in the shadow: what does not change."""

    side: int
    key: int  # whatever the caller knows it by
    sl: float
    tp: float  # NaN: none
    expires: int
    is_shadow: bool


class Slot(NamedTuple):
    """An idea and how far it is."""

    idea: Idea
    entered: int  # NEVER while it waits for its fill
    entry: float  # price paid
    stop: float  # where the stop stands now
    best: float  # furthest prices on the exit side, NaN before the first
    worst: float
    leaving: int  # the reason to close at the next open


class Quotes(NamedTuple):
    """One closed bar: when it opens and closes, bid, ask."""

    time: int
    close_time: int
    open: float
    high: float
    low: float
    close: float
    ask_open: float
    ask_high: float
    ask_low: float
    ask_close: float


class Asked(NamedTuple):
    """What the strategy says at the bar's close, and the guards about its entry."""

    side: int  # of the entry; NOBODY: none
    leaves_long: bool  # its exits, entries the other way among them
    leaves_short: bool
    trail: float  # distance of the trailing stop; NaN: stays
    key: int
    sl: float  # NaN: the entry has no levels, so it is none
    tp: float
    expires: int
    is_refused: bool


class Rules(NamedTuple):
    """What does not change from bar to bar."""

    scale: float  # ticks in a price of 1
    trails: bool


class End(NamedTuple):
    """How a slot ended on this bar; its side is NOBODY where nothing did."""

    slot: Slot
    reason: int
    at: int
    price: float  # NaN after missing minutes
    is_gap: bool
    optimistic: float  # SL and TP inside one bar: had TP come first


class Step(NamedTuple):
    """What is held and leaving after the bar, and what happened on it, in this order."""

    held: Slot
    leaving: Slot
    left: End  # what was leaving
    filled: Slot  # what waited for its entry and got it
    ended: End  # what was held
    decided: int


NO_IDEA = Idea(NOBODY, 0, math.nan, math.nan, NEVER, False)
EMPTY = Slot(NO_IDEA, NEVER, math.nan, math.nan, math.nan, math.nan, NOT_LEAVING)
NO_END = End(EMPTY, NOT_LEAVING, NEVER, math.nan, False, math.nan)
