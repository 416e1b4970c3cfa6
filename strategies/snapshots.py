"""Snapshots of a config: what a version keeps, and what changed between two, in words."""

from collections.abc import Mapping
from typing import Any

_WORDS = {
    "is_enabled": "enabled",
    "sl_mode": "stop in",
    "sl_value": "stop",
    "tp_mode": "target in",
    "tp_value": "target",
}


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[str]:
    """One phrase per changed setting ("fast 12 -> 10"); a single "created" without a `before`."""
    if before is None:
        return ["created"]
    old, new = _flat(before), _flat(after)
    names = [*new, *(name for name in old if name not in new)]
    return [
        f"{name} {_shown(old.get(name))} -> {_shown(new.get(name))}"
        for name in names
        if old.get(name) != new.get(name)
    ]


def _flat(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    own = {_WORDS.get(n, n.replace("_", " ")): v for n, v in snapshot.items() if n != "parameters"}
    return own | {n.replace("_", " "): v for n, v in snapshot["parameters"].items()}


def _shown(value: Any) -> str:
    words: dict[Any, str] = {None: "none", True: "on", False: "off"}
    return words[value] if value is None or isinstance(value, bool) else str(value)
