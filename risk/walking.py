"""One step of the fold as the desk takes it: the live tick, the rehearsal and the replay alike."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from risk.guards.base import Book, Guard
from risk.positions import fold
from risk.states import Bar, Decision, Happening, State, Terms


@dataclass(frozen=True, slots=True)
class Rules:
    """What does not change from bar to bar."""

    terms: Terms
    guards: Sequence[Guard]
    may_enter: bool = True  # False: a config that is switched off


def step(
    state: State, bar: Bar, decision: Decision, *, rules: Rules, book: Book
) -> tuple[State, list[Happening]]:
    """The state after `bar`, and what happened on it, in order."""
    return fold(
        state,
        bar,
        decision if rules.may_enter else _exits_only(decision),
        terms=rules.terms,
        guards=rules.guards,
        book=book,
    )


def _exits_only(decision: Decision) -> Decision:
    """A config that is switched off opens nothing, but what it holds still ends by its rules."""
    return replace(
        decision,
        buy=False,
        sell=False,
        exit_long=decision.exit_long or decision.sell,
        exit_short=decision.exit_short or decision.buy,
    )
