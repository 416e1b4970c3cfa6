"""One bar: fill what waits for the open, judge exits, expire, trail, decide."""

import math

from risk.core.exits import filled, judged, left, lost, seen_all, trailed
from risk.core.values import (
    ACCEPTED,
    EMPTY,
    ENDED,
    FLAT,
    LET_GO,
    LONG,
    NEVER,
    NOBODY,
    NOT_LEAVING,
    NOTHING,
    OPPOSITE,
    REFUSED,
    REPEATED,
    SHORT,
    SL,
    TRAILING_STOP,
    Asked,
    End,
    Idea,
    Quotes,
    Rules,
    Slot,
    Step,
)


def step(held: Slot, leaving: Slot, bar: Quotes, asked: Asked, rules: Rules, is_hole: bool) -> Step:
    """What one bar does to what is held and leaving; `is_hole`: minutes are missing before it."""
    if is_hole:
        gone, ended = lost(leaving, bar), lost(held, bar)
        entered, held = EMPTY, EMPTY
    else:
        gone = left(leaving, bar, rules.scale)
        entered = filled(held, bar, rules.scale) if is_waiting(held) else EMPTY
        held = entered if is_waiting(held) else held
        ended = judged(held, bar, rules.scale)
        held = seen_all(held, bar) if ended.slot.idea.side == NOBODY else EMPTY
        if rules.trails and held.idea.side != NOBODY:
            held = trailed(held, bar, asked.trail, rules.scale)
    decided = decide(held, asked, rules.trails and is_stopped(ended))
    if decided in (ACCEPTED, REFUSED):
        opened = _opened(asked, decided == REFUSED)
        return Step(opened, _leaving(held, OPPOSITE), gone, entered, ended, decided)
    if decided in (ENDED, LET_GO):
        return Step(EMPTY, _leaving(held, FLAT), gone, entered, ended, decided)
    return Step(held, EMPTY, gone, entered, ended, decided)


def decide(held: Slot, asked: Asked, must_tell: bool) -> int:
    """What the bar's close makes of the strategy's word: at most one record.

    An opposite entry that is refused still ends an open position. `must_tell`: the stop of a
    trailing strategy was filled on this bar, which recipients cannot know unless FLAT tells.
    """
    is_entry = asked.side != NOBODY and asked.sl == asked.sl
    if asked.side != NOBODY and asked.side == held.idea.side:
        return REPEATED
    if is_entry and not asked.is_refused:
        return ACCEPTED
    if must_tell or (not held.idea.is_shadow and _wants_out(held, asked)):
        return ENDED
    if is_entry:
        return REFUSED
    return LET_GO if _wants_out(held, asked) else NOTHING


def is_waiting(slot: Slot) -> bool:
    """Whether the slot holds an idea that was not filled yet."""
    return slot.idea.side != NOBODY and slot.entered == NEVER


def is_stopped(ended: End) -> bool:
    """Whether the end is the stop of a position that is no shadow."""
    by_stop = ended.reason == SL or ended.reason == TRAILING_STOP
    return by_stop and not ended.slot.idea.is_shadow


def _wants_out(held: Slot, asked: Asked) -> bool:
    side = held.idea.side
    return (side == LONG and asked.leaves_long) or (side == SHORT and asked.leaves_short)


def _opened(asked: Asked, is_shadow: bool) -> Slot:
    """The entry, waiting for the next open."""
    idea = Idea(asked.side, asked.key, asked.sl, asked.tp, asked.expires, is_shadow)
    return Slot(idea, NEVER, math.nan, asked.sl, math.nan, math.nan, NOT_LEAVING)


def _leaving(held: Slot, reason: int) -> Slot:
    """What was held, to be closed at the next open."""
    if held.idea.side == NOBODY:
        return EMPTY
    return Slot(held.idea, held.entered, held.entry, held.stop, held.best, held.worst, reason)
