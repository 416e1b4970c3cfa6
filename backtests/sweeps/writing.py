"""The values of a setting that a sweep tries, as somebody writes them.

"5, 8, 13" are those values, "5:20:5" is 5, 10, 15, 20, and "0.5..3" any value between, which only
random search can draw from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from backtests.asking import TWO_DECIMALS, Numbers, too_fine
from backtests.plan import TUNABLE
from strategies.parameters import Parameter, SettingError, describe, read_value
from strategies.registry import STRATEGIES
from strategies.wording import DISTANCE_UNITS

MOST_VALUES = 1_000  # of one setting
Values = tuple[Any, ...]
LEVELS = ("sl_value", "tp_value")
OWN = tuple(item for item in describe(Numbers) if item.name in TUNABLE)


class SpaceError(ValueError):
    """What is written for a setting cannot be tried; `setting` is its name, "" for the whole."""

    def __init__(self, setting: str, text: str) -> None:
        super().__init__(text)
        self.setting = setting


@dataclass(frozen=True)
class Between:
    """Any value from `low` to `high`, both included."""

    low: float
    high: float


def tunable(strategy: str) -> dict[str, Parameter]:
    """What a sweep of `strategy` may vary, by name: its own settings and the plan's.

    The plan's alone for a strategy the code no longer has.
    """
    known = describe(STRATEGIES[strategy]) if strategy in STRATEGIES else ()
    own = [item for item in known if item.type is not str]
    return {item.name: item for item in (*own, *OWN)}


def varied(plan: Mapping[str, Any]) -> dict[str, Parameter]:
    """What a sweep of `plan`, as JSON, may vary; its stop and target with their units."""
    units = {
        "sl_value": DISTANCE_UNITS[plan.get("sl_mode", "atrx")],
        "tp_value": DISTANCE_UNITS[plan.get("tp_mode", "atrx")],
    }
    return {
        name: replace(item, unit=units.get(name, item.unit))
        for name, item in tunable(plan["strategy"]).items()
    }


def in_words(
    settings: Mapping[str, Any], known: Mapping[str, Parameter]
) -> Iterator[tuple[str, str]]:
    """Title and value with its unit of each setting; one that is no more as it is written."""
    for name, value in settings.items():
        item = known.get(name)
        yield (title_of(item), item.shown(value)) if item else (name, str(value))


def said(written: str) -> str:
    """What somebody wrote for a setting, in words: "5 to 20 in steps of 5"."""
    parts = [part.strip() for part in written.split("..")]
    if len(parts) == 2:
        return f"any from {parts[0]} to {parts[1]}"
    parts = [part.strip() for part in written.split(":")]
    if len(parts) == 3:
        return f"{parts[0]} to {parts[1]} in steps of {parts[2]}"
    return ", ".join(part.strip() for part in written.split(",") if part.strip())


def parse(item: Parameter, written: str) -> Values | Between:
    """The values `written` stands for, in ascending order without repeats; SpaceError."""
    text = written.strip()
    if ".." in text:
        return _between(item, text)
    if ":" in text:
        return _checked(item, _steps(item, text))
    return _checked(item, [part.strip() for part in text.split(",") if part.strip()])


def _between(item: Parameter, text: str) -> Between:
    low, high = (_number(item, part) for part in _parts(item, text, "..", 2, "0.5..3"))
    if item.type is bool or low >= high:
        raise SpaceError(item.name, "low..high needs numbers, the lower one first")
    low, high = _checked(item, [low, high])
    return Between(float(low), float(high))


def _steps(item: Parameter, text: str) -> list[Decimal]:
    start, stop, step = (_number(item, part) for part in _parts(item, text, ":", 3, "5:20:5"))
    if step <= 0 or stop < start:
        raise SpaceError(item.name, "from:to:step needs from below to, and a step above zero")
    if (stop - start) / step >= MOST_VALUES:
        raise SpaceError(
            item.name, f"These are more than {MOST_VALUES:,} values: take longer steps"
        )
    return [start + n * step for n in range(int((stop - start) / step) + 1)]


def _parts(item: Parameter, text: str, mark: str, count: int, example: str) -> list[str]:
    parts = text.split(mark)
    if len(parts) != count:
        raise SpaceError(item.name, f"cannot be read: write it as in {example}")
    return parts


def _number(item: Parameter, text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise SpaceError(item.name, f"'{text.strip()[:20]}' is not a number")
    return number


def _checked(item: Parameter, values: list[Any]) -> Values:
    """The values as the strategy takes them: whole numbers stay whole, limits hold."""
    if not 0 < len(values) <= MOST_VALUES:
        raise SpaceError(item.name, f"Write 1 to {MOST_VALUES:,} values")
    try:
        read = {read_value(item, value) for value in values}
    except SettingError as error:
        raise SpaceError(item.name, str(error)) from error
    if item.name in LEVELS and any(map(too_fine, read)):
        raise SpaceError(item.name, TWO_DECIMALS)
    return tuple(sorted(read))


def title_of(item: Parameter) -> str:
    """What pages call a setting."""
    return TITLES.get(item.name, item.title)


def label_of(item: Parameter) -> str:
    """The same with its unit, for a field or a column: "Stop distance (pips)"."""
    return f"{title_of(item)} ({item.unit})" if item.unit else title_of(item)


TITLES = {
    "sl_value": "Stop distance",
    "tp_value": "Target distance",
    "min_confidence": "Least confidence",
    "expiry_bars": "Idea expires after",
}
