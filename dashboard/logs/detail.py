"""One event with all that is known of it: its payload, its seal, and others about the same."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from access.roles import RUN_DESK, Reader
from audit.models import Event, Seal
from dashboard.logs.listing import Line, lines
from dashboard.logs.queries import same_subject

OTHERS_SHOWN = 10
FOR_STAFF = {"address"}  # where a refused request came from


@dataclass(frozen=True)
class Change:
    """One value an event changed."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Sealed:
    """The event's place in the chain."""

    number: int
    hash: str
    at: datetime


@dataclass(frozen=True)
class Detail:
    line: Line
    kind: str
    changes: tuple[Change, ...]
    payload: str  # pretty JSON; "" for none
    seal: Sealed | None
    others: tuple[Line, ...]


def detail(event: Event, reader: Reader) -> Detail:
    """Everything about `event` that `reader` may know."""
    line, *others = lines([event, *same_subject(event, most=OTHERS_SHOWN)], reader)
    payload = visible(event.payload, reader)
    seal = Seal.objects.filter(event=event).first()
    return Detail(
        line=line,
        kind=event.kind,
        changes=changes(payload),
        payload=json.dumps(payload, indent=2, ensure_ascii=False) if payload else "",
        seal=Sealed(seal.seq, seal.hash, seal.sealed_at) if seal else None,
        others=tuple(others),
    )


def visible(payload: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    """The payload without what only staff may know."""
    hidden = set() if reader.has_perm(RUN_DESK) else FOR_STAFF
    return {name: value for name, value in payload.items() if name not in hidden}


def changes(payload: Mapping[str, Any]) -> tuple[Change, ...]:
    """Each value that differs between the payload's `before` and `after`."""
    before, after = _flat(payload.get("before")), _flat(payload.get("after"))
    names = [*after, *(name for name in before if name not in after)]
    return tuple(
        Change(name or "value", _shown(before.get(name)), _shown(after.get(name)))
        for name in names
        if before.get(name) != after.get(name)
    )


def _flat(value: Any, name: str = "") -> dict[str, Any]:
    """Nested settings by their names in words: "volatility max atr pct"."""
    if not isinstance(value, dict):
        return {} if value is None and not name else {name: value}
    flat: dict[str, Any] = {}
    for key, inner in value.items():
        flat |= _flat(inner, f"{name} {key}".replace("_", " ").strip())
    return flat


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    words: dict[Any, str] = {None: "none", True: "yes", False: "no"}
    return words[value] if value is None or isinstance(value, bool) else str(value)
