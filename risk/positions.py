"""The fold: the one place where a decision becomes a position and a position ends.

`fold(state, bar, decision, terms, guards, book) -> (state, happenings)` is pure: the live engine
and the rehearsal call it bar by bar. Its rules are the numeric functions of `risk.core`, which
backtests run over whole columns, so they cannot disagree; here they are put into words.

Per bar, in this order: fill what waits for the open, judge exits, expire, trail, decide.

- Entry at the next bar's open on the tradable side: a BUY pays the ask, a SELL gets the bid.
- A BUY is judged on the bid, a SELL on the ask: the sides it could be closed at.
- SL and TP stand as the signal set them and are live from the entry bar on. Inside one bar SL
  comes before TP; the optimistic reading is kept beside it. A level jumped over at the open fills
  at the open.
- An exit by rule (FLAT, opposite) fills at the next bar's open.
- More than `holes.HOLE_MINUTES` missing trading minutes end what is held as `data_gap`: what the
  price did meanwhile is unknown, so there is no result, not an invented one.
"""

from collections.abc import Sequence
from dataclasses import replace

from risk.core.exits import exit_close
from risk.core.steps import step
from risk.core.values import (
    ACCEPTED,
    ENDED,
    LONG,
    NOBODY,
    REFUSED,
    REPEATED,
    SHORT,
    Asked,
    Rules,
    Slot,
    Step,
)
from risk.entries import Entry, entry_at, entry_side
from risk.exits import closed, number, position_of, quotes, slot
from risk.guards.base import Book, Guard, refusals
from risk.holes import hole_before
from risk.states import (
    Bar,
    Closed,
    Decision,
    Entered,
    Happening,
    Hole,
    Position,
    Repeated,
    Side,
    Signalled,
    State,
    Terms,
)
from strategies.levels import to_price


def fold(
    state: State,
    bar: Bar,
    decision: Decision,
    *,
    terms: Terms,
    guards: Sequence[Guard],
    book: Book,
) -> tuple[State, list[Happening]]:
    """The state after `bar`, and what happened on it, in order."""
    new_hole = hole_before(state, bar, terms)
    if not state.holds_any and not (decision.buy or decision.sell):  # nothing can happen
        return State(last_bar=bar.time, hole=new_hole or state.hole), []
    return folded(state, bar, decision, new_hole, terms=terms, guards=guards, book=book)


def folded(
    state: State,
    bar: Bar,
    decision: Decision,
    new_hole: Hole | None,
    *,
    terms: Terms,
    guards: Sequence[Guard],
    book: Book,
) -> tuple[State, list[Happening]]:
    """The whole step, whatever is held; `new_hole`: the one that ends with `bar`."""
    hole = new_hole or state.hole
    side = _side(decision, terms)
    entry = entry_at(side, bar, decision, terms, hole) if side else None
    reasons = refusals(guards, entry.candidate, book) if entry else ()
    asked = _asked(side, entry, decision, is_refused=bool(reasons))
    rules, is_hole = Rules(terms.scale, terms.trails), new_hole is not None
    done = step(slot(state.held), slot(state.leaving), quotes(bar), asked, rules, is_hole)
    after = State(
        held=_held(done, state, bar, entry),
        leaving=_moved(done.leaving, state.held, bar),
        last_bar=bar.time,
        hole=hole,
    )
    ended = closed(done.ended, state.held, bar)
    happened: list[Happening] = [
        *closed(done.left, state.leaving, bar),
        *_entered(done, state, bar),
        *ended,
    ]
    if done.decided == REPEATED and after.held:
        happened.append(Repeated(position=after.held, at=bar.time))
    elif done.decided in (ACCEPTED, REFUSED) and entry:
        happened.append(entry.signal(reasons))
    elif done.decided == ENDED:
        flat = _flat(after.leaving, ended, bar, terms, guards, book)
        happened.append(replace(flat, refused_entry=reasons))
    return after, happened


def _side(decision: Decision, terms: Terms) -> Side | None:
    """The entry the strategy asks for, if it is confident enough."""
    confidence = number(decision.confidence)
    side = entry_side(decision.buy, decision.sell, confidence, terms.min_confidence)
    if side == LONG:
        return "BUY"
    return "SELL" if side == SHORT else None


def _asked(
    side: Side | None, entry: Entry | None, decision: Decision, *, is_refused: bool
) -> Asked:
    position = slot(entry.position(is_shadow=False) if entry else None)
    asks = {"BUY": LONG, "SELL": SHORT}
    return Asked(
        side=asks[side] if side else NOBODY,
        leaves_long=decision.exit_long or decision.sell,
        leaves_short=decision.exit_short or decision.buy,
        trail=number(decision.trail),
        key=0,
        sl=position.idea.sl,
        tp=position.idea.tp,
        expires=position.idea.expires,
        is_refused=is_refused,
    )


def _moved(now: Slot, before: Position | None, bar: Bar) -> Position | None:
    """`before` as the bar left it; None where nothing is in that place any more."""
    return None if before is None or now.idea.side == NOBODY else position_of(now, before, bar)


def _held(done: Step, state: State, bar: Bar, entry: Entry | None) -> Position | None:
    if entry and done.decided in (ACCEPTED, REFUSED):
        return entry.position(is_shadow=done.decided == REFUSED)
    return _moved(done.held, state.held, bar)


def _entered(done: Step, state: State, bar: Bar) -> list[Entered]:
    filled = _moved(done.filled, state.held, bar)
    return [Entered(position=filled, bar=bar)] if filled else []


def _flat(
    leaves: Position | None,
    closed: Sequence[Closed],
    bar: Bar,
    terms: Terms,
    guards: Sequence[Guard],
    book: Book,
) -> Signalled:
    """The record that tells recipients to be out; only the kill switch stops it."""
    if leaves:
        ends, price = replace(leaves, leaving=None), exit_close(slot(leaves), quotes(bar))
    else:  # the stop of a trailing strategy was filled
        ends, price = closed[0].position, number(closed[0].price)
    return Signalled(
        action="FLAT",
        price=to_price(price, terms.digits),
        sl=None,
        tp=None,
        closed_at=bar.close_time,
        expires_at=bar.close_time + terms.bar_length,
        refusals=refusals([guard for guard in guards if guard.judges_exits], None, book),
        ends=ends,
    )
