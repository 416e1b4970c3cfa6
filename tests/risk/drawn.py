"""Hand-drawn minutes for the fold: prices around 1.1000, a spread of one pip, stops of ten."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from markets.sessions import AlwaysOpen
from risk.guards.base import Book, Candidate, Facts, Guard, Measure
from risk.positions import fold
from risk.states import Bar, Closed, Decision, Happening, Signalled, State, Terms
from strategies.levels import LevelRule

START = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
SPREAD = 0.0001
BUY = Decision(buy=True, exit_short=True, confidence=0.5, atr=0.0002)
SELL = Decision(sell=True, exit_long=True, confidence=0.5, atr=0.0002)
OUT_OF_LONG = Decision(exit_long=True)
QUIET = Decision()


class Refuse(Guard):
    """A guard that refuses every entry."""

    slug = "refuse"
    title = "Refuse"

    def refuses(self, facts: Facts, book: Book) -> Any:
        return np.full(np.shape(facts.spread), True)

    def why(self, candidate: Candidate, book: Book) -> str:
        return "not now"

    def limit_text(self, book: Book) -> str:
        return "nothing"

    def measure(self, candidate: Candidate | None, book: Book) -> Measure:
        return Measure("an entry", 2.0)


def terms(**changes: Any) -> Terms:
    """Stop ten pips, target twenty, expiry five minutes."""
    values: dict[str, Any] = {
        "symbol": "EURUSD",
        "pip": 0.0001,
        "digits": 5,
        "bar_length": timedelta(minutes=1),
        "rule": LevelRule(sl_mode="pips", sl_value=10, tp_mode="pips", tp_value=20),
        "expiry_minutes": 5,
        "calendar": AlwaysOpen(),
    }
    return Terms(**{**values, **changes})


def bar(
    minute: int,
    open: float = 1.1,
    high: float | None = None,
    low: float | None = None,
    close: float | None = None,
    *,
    spread: float = SPREAD,
) -> Bar:
    """The bid bar that opens `minute` minutes after the start; the ask lies a spread above."""
    close = open if close is None else close
    high, low = high or max(open, close), low or min(open, close)
    asks = [round(price + spread, 5) for price in (open, high, low, close)]
    at = START + timedelta(minutes=minute)
    return Bar(at, at + timedelta(minutes=1), open, high, low, close, *asks)


def play(
    steps: Sequence[tuple[Bar, Decision] | tuple[Bar, Decision, Sequence[Guard]]],
    *,
    book: Book | None = None,
    **changes: Any,
) -> tuple[State, list[Happening]]:
    """Fold the steps one after the other; the last state and all that happened."""
    state, happened = State(), []
    for drawn, decision, *guards in steps:
        state, new = fold(
            state,
            drawn,
            decision,
            terms=terms(**changes),
            guards=guards[0] if guards else (),
            book=book or Book(),
        )
        happened += new
    return state, happened


def closed(happened: Sequence[Happening]) -> list[Closed]:
    return [event for event in happened if isinstance(event, Closed)]


def signalled(happened: Sequence[Happening]) -> list[Signalled]:
    return [event for event in happened if isinstance(event, Signalled)]
