"""Snapshots of the risk settings: what changed between two versions, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from risk.guards.registry import GUARDS
from strategies.parameters import describe

Snapshot = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """One setting whose value is another one now, in words."""

    name: str
    before: str
    after: str

    @property
    def text(self) -> str:
        return f"{self.name} {self.before} -> {self.after}"


def differences(before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
    """One for each changed setting; one that a snapshot leaves out stood at its default."""
    old, new = _flat(before), _flat(after)
    names = [*new, *(name for name in old if name not in new)]
    return tuple(
        Difference(name, _shown(old.get(name)), _shown(new.get(name)))
        for name in names
        if old.get(name) != new.get(name)
    )


def changes(before: Snapshot | None, after: Snapshot) -> list[str]:
    """One phrase per changed setting ("Volatility: max ATR (% of price) 0.04 -> 0.1").

    A single "created" without a `before`.
    """
    if before is None:
        return ["created"]
    return [difference.text for difference in differences(before, after)]


def _flat(snapshot: Snapshot) -> dict[str, Any]:
    """Every setting by its name in words, defaults included."""
    chosen = snapshot["guards"]
    flat = {"loss unit": snapshot["loss_unit"]}
    for slug in [*GUARDS, *(slug for slug in chosen if slug not in GUARDS)]:
        flat |= _settings(slug, chosen.get(slug, {}))
    return flat


def _settings(slug: str, chosen: Mapping[str, Any]) -> dict[str, Any]:
    guard = GUARDS.get(slug)
    if guard is None:  # one that is no longer in the code
        return {f"{slug}: {name.replace('_', ' ')}": value for name, value in chosen.items()}
    settings = {
        f"{guard.title}: {item.label[0].lower()}{item.label[1:]}": chosen.get(
            item.name, item.default
        )
        for item in describe(guard)
    }
    return {guard.title: chosen.get("enabled", True), **settings}


def _shown(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "none", True: "on", False: "off"}[value]
    return f"{value:g}" if isinstance(value, float) else str(value)
