"""The fold: the one place where a decision becomes a position and a position ends.

`fold(state, bar, decision, terms, guards, book) -> (state, happenings)` is pure: the live engine,
the rehearsal and the backtest call it bar by bar, so they cannot disagree.

Per bar, in this order: fill what waits for the open, judge exits, expire, trail, decide.

- Entry at the next bar's open on the tradable side: a BUY pays the ask, a SELL gets the bid.
- A BUY is judged on the bid, a SELL on the ask: the sides it could be closed at.
- SL and TP stand as the signal set them and are live from the entry bar on. Inside one bar SL
  comes before TP; the optimistic reading is kept beside it. A level jumped over at the open fills
  at the open.
- An exit by rule (FLAT, opposite) fills at the next bar's open.
- More than `exits.HOLE_MINUTES` missing trading minutes end what is held as `data_gap`: what the
  price did meanwhile is unknown, so there is no result, not an invented one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from risk.exits import exit_close, fill, judge, through_hole, trail
from risk.guards.base import Book, Candidate, Guard, Refusal, refusals
from risk.states import (
    Bar,
    Closed,
    Decision,
    ExitReason,
    Happening,
    Hole,
    Position,
    Repeated,
    Side,
    Signalled,
    State,
    Terms,
)
from strategies.levels import Levels, levels, to_price


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
    state, happened = through_hole(state, bar, terms)
    state, filled = fill(state, bar, terms)
    state, closed = judge(state, bar, terms)
    happened += filled + closed
    state = trail(state, bar, decision, terms)
    stopped = _stopped_out(closed, terms)
    state, decided = _decide(state, bar, decision, stopped, terms=terms, guards=guards, book=book)
    return replace(state, last_bar=bar.time), happened + decided


def candidate_at(
    side: Side, bar: Bar, decision: Decision, terms: Terms, hole: Hole | None
) -> Candidate | None:
    """What the guards would be asked about an entry at this close; None without a level."""
    entry = _entry(side, bar, decision, terms, hole)
    return entry.candidate if entry else None


def _decide(
    state: State,
    bar: Bar,
    decision: Decision,
    stopped: Closed | None,
    *,
    terms: Terms,
    guards: Sequence[Guard],
    book: Book,
) -> tuple[State, list[Happening]]:
    """Turn the strategy's columns into at most one record for this bar."""
    side = _entry_side(decision, terms)
    held = state.held
    if side and held and held.side == side:
        return state, [Repeated(position=held, at=bar.time)]
    entry = _entry(side, bar, decision, terms, state.hole) if side else None
    reasons = refusals(guards, entry.candidate, book) if entry else ()
    if entry and not reasons:
        return _accept(state, entry, bar), [entry.signal(())]
    if (held and not held.is_shadow and _wants_out(held, decision)) or stopped:
        flat = _flat(held, bar, stopped, terms, guards, book)
        return _leave(state, "flat"), [replace(flat, refused_entry=reasons)]
    if entry:
        return _accept(state, entry, bar, is_shadow=True), [entry.signal(reasons)]
    if held and held.is_shadow and _wants_out(held, decision):
        return _leave(state, "flat"), []
    return state, []


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """A BUY or SELL with its levels, before the guards have spoken."""

    side: Side
    levels: Levels
    expires_at: datetime
    candidate: Candidate

    def signal(self, reasons: tuple[Refusal, ...]) -> Signalled:
        return Signalled(
            action=self.side,
            price=self.levels.price,
            sl=self.levels.sl,
            tp=self.levels.tp,
            closed_at=self.candidate.at,
            expires_at=self.expires_at,
            refusals=reasons,
            candidate=self.candidate,
        )


def _entry(
    side: Side, bar: Bar, decision: Decision, terms: Terms, hole: Hole | None
) -> _Entry | None:
    """The entry at this close; None while its levels are undefined or closer than a tick."""
    price = bar.ask_close if side == "BUY" else bar.close
    atr = float("nan") if decision.atr is None else decision.atr
    try:
        set_levels = levels(
            terms.rule, action=side, price=price, atr=atr, pip=terms.pip, digits=terms.digits
        )
    except ValueError:
        return None
    candidate = Candidate(
        symbol=terms.symbol,
        action=side,
        at=bar.close_time,
        price=float(set_levels.price),
        sl=float(set_levels.sl),
        spread=max(bar.ask_close - bar.close, 0.0),
        pip=terms.pip,
        atr_pct=None if decision.atr is None else 100 * decision.atr / price,
        is_market_open=terms.calendar.is_open(bar.close_time),
        hole_minutes=hole.minutes if hole else 0,
        minutes_since_hole=(
            int((bar.close_time - hole.ended_at).total_seconds() // 60) if hole else None
        ),
    )
    expires_at = terms.calendar.add_trading_minutes(bar.close_time, terms.expiry_minutes)
    return _Entry(side=side, levels=set_levels, expires_at=expires_at, candidate=candidate)


def _accept(state: State, entry: _Entry, bar: Bar, *, is_shadow: bool = False) -> State:
    """Let the held position leave and hold the new one, pending its fill."""
    state = _leave(state, "opposite")
    sl = float(entry.levels.sl)
    position = Position(
        side=entry.side,
        bar_time=bar.time,
        price=float(entry.levels.price),
        sl=sl,
        tp=None if entry.levels.tp is None else float(entry.levels.tp),
        expires_at=entry.expires_at,
        is_shadow=is_shadow,
        stop=sl,
    )
    return replace(state, held=position)


def _flat(
    held: Position | None,
    bar: Bar,
    stopped: Closed | None,
    terms: Terms,
    guards: Sequence[Guard],
    book: Book,
) -> Signalled:
    """The record that tells recipients to be out; only the kill switch stops it."""
    if held is not None:
        ended, price = held, exit_close(held, bar)
    elif stopped is not None and stopped.price is not None:
        ended, price = stopped.position, stopped.price
    else:
        raise ValueError("FLAT needs a position it ends")
    return Signalled(
        action="FLAT",
        price=to_price(price, terms.digits),
        sl=None,
        tp=None,
        closed_at=bar.close_time,
        expires_at=bar.close_time + terms.bar_length,
        refusals=refusals([guard for guard in guards if guard.judges_exits], None, book),
        ends=ended,
    )


def _stopped_out(closed: Sequence[Happening], terms: Terms) -> Closed | None:
    """The stop fill of a trailing strategy, which recipients cannot know unless FLAT tells."""
    for event in closed if terms.trails else ():
        if isinstance(event, Closed) and event.reason in ("sl", "trailing_stop"):
            return None if event.position.is_shadow else event
    return None


def _entry_side(decision: Decision, terms: Terms) -> Side | None:
    if decision.confidence is not None and decision.confidence < terms.min_confidence:
        return None
    if decision.buy:
        return "BUY"
    return "SELL" if decision.sell else None


def _wants_out(held: Position, decision: Decision) -> bool:
    """Whether the strategy's exit, or an entry the other way, ends `held`."""
    if held.side == "BUY":
        return decision.exit_long or decision.sell
    return decision.exit_short or decision.buy


def _leave(state: State, reason: ExitReason) -> State:
    """Schedule the held position to close at the next open."""
    if state.held is None:
        return state
    return replace(state, held=None, leaving=replace(state.held, leaving=reason))
