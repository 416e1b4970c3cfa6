"""Settings of a dataclass, described once for forms, messages, the command line and the docs."""

import math
import reprlib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar, get_type_hints

T = TypeVar("T")
Number = int | float
_SPELLED = {word.lower(): word for word in ("ADX", "ATR", "EMA", "RSI", "SuperTrend")}


class SettingError(ValueError):
    """A setting that cannot be used; `setting` is its name, the text says what to do."""

    def __init__(self, setting: str, text: str) -> None:
        super().__init__(text)
        self.setting = setting


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One setting: its type, default and limits, and the words a form shows for it."""

    name: str
    type: type
    default: Any  # MISSING when the setting must be given
    help: str = ""
    unit: str = ""
    minimum: Number | None = None
    maximum: Number | None = None

    @property
    def title(self) -> str:
        """Its name in words, "Trail ATR", without a unit that is said beside it."""
        said = "_pct" if self.unit.startswith("%") else f"_{self.unit}"
        words = [_SPELLED.get(word, word) for word in self.name.removesuffix(said).split("_")]
        return " ".join([words[0][0].upper() + words[0][1:], *words[1:]])

    @property
    def label(self) -> str:
        """What a form calls it: "Trail ATR (x ATR 14)"."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    @property
    def limits(self) -> str:
        """What it may be: "0.5 to 20 x ATR 14"; empty without limits."""
        low, high = self.minimum, self.maximum
        if low is not None and high is not None:
            return f"{low:,.15g} to {self.limit(high)}"
        if low is not None:
            return f"at least {self.limit(low)}"
        return f"at most {self.limit(high)}" if high is not None else ""

    def limit(self, number: Number | Decimal) -> str:
        """A limit with its unit, every digit of it: "100,000 bars"."""
        return f"{number:,.15g} {self.unit}".rstrip()

    def amount(self, number: Number | Decimal) -> str:
        """`number` with its unit: "3 x ATR 14"."""
        return f"{number:g} {self.unit}".rstrip()

    def shown(self, value: Any) -> str:
        """A value of it in words: "12 bars", "on", "none"."""
        is_amount = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        return self.amount(value) if is_amount else in_words(value)


def in_words(value: Any) -> str:
    """A value without its unit: "none", "on", "off", or as Python writes it."""
    if value is None or isinstance(value, bool):
        return {None: "none", True: "on", False: "off"}[value]
    return str(value)


def setting(
    default: Any,
    *,
    help: str,
    unit: str = "",
    minimum: Number | None = None,
    maximum: Number | None = None,
) -> Any:
    """A dataclass field with the words and inclusive limits that forms and errors need."""
    words = {"help": help, "unit": unit, "minimum": minimum, "maximum": maximum}
    return field(default=default, metadata=words)


def describe(cls: type) -> tuple[Parameter, ...]:
    """The settings of dataclass `cls`, in the order of its fields."""
    return _described(cls)


@cache
def _described(cls: type) -> tuple[Parameter, ...]:
    types = get_type_hints(cls)
    return tuple(
        Parameter(name=item.name, type=types[item.name], default=item.default, **item.metadata)
        for item in fields(cls)
        if item.init
    )


def defaults(cls: type) -> dict[str, Any]:
    """Every setting of `cls` that has a default, by name."""
    return {item.name: item.default for item in describe(cls) if item.default is not MISSING}


def build(cls: type[T], values: Mapping[str, Any]) -> T:
    """An instance of `cls` with `values`, numbers also as text ("12"); the rest are defaults.

    Raises SettingError (a ValueError) naming the setting that is unknown, missing or out of range.
    """
    known = {item.name: item for item in describe(cls)}
    for name in values:
        if name not in known:
            raise SettingError(name, _unknown(name, known))
    for name, item in known.items():
        if item.default is MISSING and name not in values:
            raise SettingError(name, f"{name} must be given")
    return cls(**{name: read_value(known[name], value) for name, value in values.items()})


def _unknown(name: str, known: Mapping[str, Parameter]) -> str:
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean '{close[0]}'?" if close else f"known are: {', '.join(known)}"
    return f"unknown setting '{name[:50]}', {hint}"


def read_value(item: Parameter, value: Any) -> Any:
    """`value`, numbers also as text, as the setting takes it; SettingError outside its limits."""
    result = _READERS[item.type](item, value)
    if item.minimum is not None and result < item.minimum:
        raise SettingError(item.name, f"{item.name} must be at least {item.amount(item.minimum)}")
    if item.maximum is not None and result > item.maximum:
        raise SettingError(item.name, f"{item.name} must be at most {item.amount(item.maximum)}")
    return result


def _whole(item: Parameter, value: Any) -> int:
    number = _decimal(item, value, "a whole number")
    if number != int(number):
        raise SettingError(item.name, f"{item.name} must be a whole number, not {_said(value)}")
    return int(number)


def _real(item: Parameter, value: Any) -> float:
    return float(_decimal(item, value, "a number"))


def _exact(item: Parameter, value: Any) -> Decimal:
    return _decimal(item, value, "a number")


def _decimal(item: Parameter, value: Any, wanted: str) -> Decimal:
    error = SettingError(item.name, f"{item.name} must be {wanted}, not {_said(value)}")
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise error
    try:
        number = Decimal(str(value).strip())
        is_finite = math.isfinite(number)
    except (InvalidOperation, ValueError):  # no number, or a NaN that signals
        raise error from None
    if not is_finite:
        raise error
    return number


def _said(value: Any) -> str:
    """What somebody sent, cut short."""
    return reprlib.repr(value)


def _switch(item: Parameter, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
    if str(value).lower() not in words:
        raise SettingError(item.name, f"{item.name} must be true or false, not {_said(value)}")
    return words[str(value).lower()]


def _text(item: Parameter, value: Any) -> str:
    if not isinstance(value, str):
        raise SettingError(item.name, f"{item.name} must be text, not {_said(value)}")
    return value


_READERS: dict[Any, Callable[[Parameter, Any], Any]] = {
    int: _whole,
    float: _real,
    Decimal: _exact,
    bool: _switch,
    str: _text,
}
