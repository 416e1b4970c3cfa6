"""What a version of a config says, in words with units, and what differs between two."""

from collections.abc import Iterator
from dataclasses import dataclass

from strategies.models import Mode
from strategies.parameters import Parameter, describe
from strategies.registry import STRATEGIES
from strategies.snapshots import Difference, Snapshot, compare
from strategies.wording import distance

ABSENT = "-"


@dataclass(frozen=True)
class Setting:
    """One setting as a page shows it."""

    name: str
    value: str


def own_settings(snapshot: Snapshot) -> tuple[Setting, ...]:
    """The strategy's own settings: Fast 12 bars, Slow 26 bars."""
    known, kept = _parameters(snapshot["strategy"]), snapshot["parameters"]
    named = [Setting(it.title, it.shown(kept[name])) for name, it in known.items() if name in kept]
    others = [name for name in kept if name not in known]
    return (*named, *(Setting(_words(name), str(kept[name])) for name in others))


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def stop_text(snapshot: Snapshot) -> str:
    """ "3 x ATR 14", and whether it then trails."""
    text = distance(snapshot["sl_mode"], snapshot["sl_value"])
    trails = snapshot["strategy"] in STRATEGIES and STRATEGIES[snapshot["strategy"]].trails
    return f"{text}, then trailing" if trails else text


def target_text(snapshot: Snapshot) -> str:
    """ "4.5 x ATR 14", or "none"."""
    return distance(snapshot["tp_mode"], snapshot["tp_value"])


def differences(before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
    """Each setting that differs, as it was and as it is, in the order of the form."""
    old = {setting.name: setting.value for setting in all_settings(before)}
    new = {setting.name: setting.value for setting in all_settings(after)}
    return compare(old, new, shown=lambda value: ABSENT if value is None else value)


def all_settings(snapshot: Snapshot) -> Iterator[Setting]:
    """Everything a version keeps, the strategy's own settings first."""
    yield from own_settings(snapshot)
    yield Setting("Stop", stop_text(snapshot))
    yield Setting("Target", target_text(snapshot))
    yield Setting("Least confidence", confidence_text(snapshot["min_confidence"]))
    yield Setting("Idea expires after", f"{snapshot['expiry_bars']} bars")
    yield Setting("Size shown", f"{snapshot['lots_hint']} lots")
    yield Setting("Timeframe", snapshot["timeframe"])
    yield Setting("Mode", "shadow: recorded, never pushed" if is_shadow(snapshot) else "live")
    yield Setting("Switched", "on" if snapshot["is_enabled"] else "off")


def confidence_text(least: float) -> str:
    return f"{least:g}" if least else "any"


def is_shadow(snapshot: Snapshot) -> bool:
    return bool(snapshot["mode"] == Mode.SHADOW)


def _parameters(slug: str) -> dict[str, Parameter]:
    if slug not in STRATEGIES:
        return {}
    return {item.name: item for item in describe(STRATEGIES[slug])}
