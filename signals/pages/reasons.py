"""Why a signal was made: the conditions of its strategy, as they read on its bar."""

from collections.abc import Iterable
from dataclasses import dataclass

from risk.deciding_code import running_code
from signals.models import Position, Signal
from signals.wording import position_of
from strategies.base import Strategy
from strategies.registry import STRATEGIES
from strategies.rules import Rule

SETTINGS = "The code no longer accepts the settings of that version"


@dataclass(frozen=True)
class Refused:
    """A guard that refused, by its title."""

    guard: str
    reason: str


@dataclass(frozen=True)
class Reasons:
    """Groups of conditions under what they ask for; `notes` say what is not known."""

    groups: tuple[tuple[str, tuple[Rule, ...]], ...]
    notes: tuple[str, ...]


def reasons(signal: Signal) -> Reasons:
    """The conditions behind `signal`; one query more for a FLAT."""
    strategy, fault = strategy_of(signal)
    if strategy is None:
        return Reasons((), (fault,))
    seen = signal.evidence
    now, before = seen.get("indicators", {}), seen.get("before", {})
    rules = strategy.rules(now, before)
    asked = [name for name in _asked(signal) if rules.get(name)]
    groups = tuple((_heading(name), rules[name]) for name in asked)
    return Reasons(groups, tuple(_notes(signal, groups)))


def strategy_of(signal: Signal) -> tuple[Strategy | None, str]:
    """The strategy with the settings that decided, or None and why it cannot be had."""
    if signal.strategy not in STRATEGIES:
        return None, f"The desk no longer has the strategy {signal.strategy}."
    try:
        return signal.config_version.build(), ""
    except ValueError as error:
        return None, f"{SETTINGS}: {error}."


def _asked(signal: Signal) -> list[str]:
    """The names of the rules that speak for this action."""
    if signal.action != Signal.Action.FLAT:
        return [signal.action]
    if signal.ends is None:
        return []
    held = signal.ends.action
    opposite = "SELL" if held == "BUY" else "BUY"
    refused = "refused_entry" in signal.evidence
    return [f"LEAVE {held}", *([opposite] if refused else [])]


def _heading(name: str) -> str:
    return f"To leave a {name.split()[1]}" if name.startswith("LEAVE") else f"For {name}"


def _notes(signal: Signal, groups: Iterable[tuple[str, tuple[Rule, ...]]]) -> list[str]:
    notes = []
    if signal.action == Signal.Action.FLAT and _was_stopped(signal):
        notes.append("Its trailing stop was hit: this tells whoever holds the position.")
    if any(rule.holds is None for _, rules in groups for rule in rules):
        notes.append("It was recorded before the desk kept everything these conditions read.")
    if signal.evidence.get("code") not in (None, running_code(signal.strategy)):
        notes.append("The deciding code has changed since; the conditions are worded by today's.")
    return notes


def _was_stopped(signal: Signal) -> bool:
    ended: Position | None = position_of(signal.ends) if signal.ends else None
    return ended is not None and ended.reason in ("sl", "trailing_stop")
