"""The public JSON of a signal: its keys, in the order readers may count on."""

from collections.abc import Mapping
from typing import Any

KEYS = (
    *("symbol", "timeframe", "action", "price", "sl", "tp", "confidence", "strategy", "version"),
    *("expires_at", "issued_at", "id", "lots_hint", "status", "blocked_by", "bar_time", "late"),
    "outcome",
)
OUTCOME_KEYS = ("reason", "closed_at", "exit_price", "pips", "r_multiple")


def in_order(stored: Mapping[str, Any]) -> dict[str, Any]:
    """`stored` with its keys in their order, which a JSON column of PostgreSQL does not keep."""
    signal = {key: stored[key] for key in KEYS}
    if signal["outcome"] is not None:
        signal["outcome"] = {key: signal["outcome"][key] for key in OUTCOME_KEYS}
    return signal
