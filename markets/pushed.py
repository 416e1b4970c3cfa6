"""Reading the bars a script sends, strictly: nothing is guessed. Pure."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from markets.batch import SIDES
from markets.feeds.base import Bar, bar_of
from markets.validation import Rejection

ASK = tuple(f"ask_{side}" for side in SIDES)
KNOWN = {"time", "volume", *SIDES, *ASK}
SHOWN = 300  # characters of an unreadable bar that are kept


def read_bars(items: Sequence[Any], *, code: str) -> tuple[list[Bar], list[Rejection]]:
    """(bars that can be read, the others with their reason); `line` counts items from 1."""
    bars, unreadable = [], []
    for line, item in enumerate(items, 1):
        try:
            bars.append(_bar(item, code, line))
        except ValueError as error:
            raw = {"line": str(line), "sent": repr(item)[:SHOWN]}
            unreadable.append(Rejection(line, None, str(error), raw))
    return bars, unreadable


def _bar(item: Any, code: str, line: int) -> Bar:
    if not isinstance(item, dict):
        raise ValueError("a bar must be an object with time, open, high, low and close")
    if unknown := sorted(set(map(str, item)) - KNOWN):
        raise ValueError(f"unknown field {unknown[0][:30]!r}; known are {', '.join(sorted(KNOWN))}")
    asks = [item[name] for name in ASK if item.get(name) is not None]
    if asks and len(asks) < len(ASK):
        raise ValueError("send all four ask prices or none")
    bar = bar_of(
        _time(item.get("time")),
        [_number(item, side) for side in SIDES],
        ask=[_number(item, name) for name in ASK] if asks else None,
        volume=_number(item, "volume") if item.get("volume") is not None else 0.0,
        symbol=code,
        line=line,
    )
    return bar


def _number(item: dict[str, Any], name: str) -> float:
    value = item.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{name} must be a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{name} is not a finite number")
    return number


def _time(value: Any) -> datetime:
    if not isinstance(value, str) or len(value) > 40:
        raise ValueError("time must be text like 2026-11-20T10:00:00Z")
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("time must be like 2026-11-20T10:00:00Z") from None
    if time.tzinfo is None:
        raise ValueError("time needs a zone: end it with Z for UTC")
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise ValueError("time is out of range") from None
