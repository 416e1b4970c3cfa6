"""What is said about a setting that cannot be, on pages and to scripts, and each one's unit."""

from strategies.parameters import describe
from strategies.registry import STRATEGIES
from strategies.snapshots import Snapshot

HUNDREDTHS = {
    "min_value": "Must be at least 0.01.",
    "max_decimal_places": "At most 2 decimals.",
    "max_digits": "Too large: at most 999999.99.",
    "max_whole_digits": "Too large: at most 999999.99.",
}
SETTING_WORDS = {
    "sl_value": HUNDREDTHS | {"required": "Enter a number: every signal has a stop."},
    "tp_value": HUNDREDTHS,
    "lots_hint": HUNDREDTHS | {"required": "Enter a number."},
    "min_confidence": {
        "min_value": "Must be at least 0.",
        "max_value": "Must be at most 1.",
        "required": "Enter a number: 0 takes every entry.",
    },
    "expiry_bars": {
        "min_value": "Must be at least 1 bar.",
        "max_value": "Must be at most 100000 bars.",
        "required": "Enter a whole number.",
    },
}
DISTANCE_UNITS = {"pips": "pips", "atrx": "x ATR 14"}


def units_of(snapshot: Snapshot) -> dict[str, str]:
    """The unit of each setting that has one; the strategy's own as `parameters.fast`."""
    strategy = STRATEGIES.get(snapshot["strategy"])
    own = describe(strategy) if strategy else ()
    return {
        **{f"parameters.{item.name}": item.unit for item in own if item.unit},
        "sl_value": DISTANCE_UNITS[snapshot["sl_mode"]],
        "tp_value": DISTANCE_UNITS[snapshot["tp_mode"]],
        "lots_hint": "lots",
        "expiry_bars": "bars",
    }


def title_of(slug: str) -> str:
    """What a strategy is called; its slug where the code no longer has it."""
    return STRATEGIES[slug].title if slug in STRATEGIES else slug


def distance(mode: str, value: str | float | None) -> str:
    """A distance from the price in words."""
    return "none" if value is None else f"{float(value):g} {DISTANCE_UNITS[mode]}"
