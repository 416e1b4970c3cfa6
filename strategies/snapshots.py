"""Snapshots of a config: what a version keeps, and what changed between two, in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from strategies.parameters import in_words

Snapshot = Mapping[str, Any]
_WORDS = {
    "is_enabled": "enabled",
    "sl_mode": "stop in",
    "sl_value": "stop",
    "tp_mode": "target in",
    "tp_value": "target",
}


@dataclass(frozen=True)
class Difference:
    """One setting whose value is another one now, in words."""

    name: str
    before: str
    after: str

    @property
    def text(self) -> str:
        return f"{self.name} {self.before} -> {self.after}"


def compare(
    before: Mapping[str, Any], after: Mapping[str, Any], *, shown: Callable[[Any], str] = in_words
) -> tuple[Difference, ...]:
    """What differs, name by name, in the order of `after`; a value that is not there is None.

    `shown` puts a value in words.
    """
    names = {**after, **before}
    pairs = ((name, before.get(name), after.get(name)) for name in names)
    return tuple(Difference(name, shown(old), shown(new)) for name, old, new in pairs if old != new)


def changes(before: Snapshot | None, after: Snapshot) -> list[str]:
    """One phrase per changed setting ("fast 12 -> 10"); a single "created" without a `before`."""
    if before is None:
        return ["created"]
    return [difference.text for difference in compare(_flat(before), _flat(after))]


def _flat(snapshot: Snapshot) -> dict[str, Any]:
    own = {_WORDS.get(n, n.replace("_", " ")): v for n, v in snapshot.items() if n != "parameters"}
    return own | {n.replace("_", " "): v for n, v in snapshot["parameters"].items()}
