"""A strategy's conditions in words, with what each read: the reason for a signal, or for none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Readings = Mapping[str, float | None]  # close, atr and the strategy's indicators on one bar


@dataclass(frozen=True)
class Rule:
    """One condition; `holds` is None while what it reads is undefined."""

    text: str
    reading: str
    holds: bool | None


@dataclass(frozen=True)
class Plot:
    """An indicator on a chart: over the price, or in the pane of that name below it."""

    column: str  # of the decisions frame
    label: str
    pane: str = ""


Rules = dict[str, tuple[Rule, ...]]  # by "BUY", "SELL", "LEAVE BUY", "LEAVE SELL"


def above(left: float | None, right: float | None) -> bool | None:
    """Whether `left` is greater; None while either is undefined."""
    return None if left is None or right is None else left > right


def crossed(now: bool | None, already: bool | None) -> bool | None:
    """Whether something is so that was not so one bar before."""
    return None if now is None or already is None else now and not already


def anew(before: Sequence[Rule]) -> Rule:
    """The condition every entry shares: one bar before, not all of `before` held."""
    known = all(rule.holds is not None for rule in before)
    held = all(rule.holds for rule in before)
    reading = f"it was {'' if held else 'not '}so one bar before" if known else "not known"
    return Rule("New on this bar", reading, not held if known else None)


def shown(value: float | None, places: int | None = None) -> str:
    """`value` with `places` decimals, else seven significant digits: enough for any price."""
    if value is None:
        return "not known"
    return f"{value:.7g}" if places is None else f"{value:.{places}f}"
