"""Snapshots of the risk settings: what changed between two versions, in words."""

from collections.abc import Mapping
from typing import Any

from risk.guards.registry import GUARDS
from strategies.parameters import describe, in_words
from strategies.snapshots import Difference, Snapshot, compare


def differences(before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
    """One for each changed setting; one that a snapshot leaves out stood at its default."""
    return compare(_flat(before), _flat(after), shown=_shown)


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
    return f"{value:g}" if isinstance(value, float) else in_words(value)
