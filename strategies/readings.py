"""What a strategy read on one bar: for its rules in words, and kept with each decision."""

from typing import Any

import pandas as pd

COLUMN_NAMES = ("buy", "sell", "exit_long", "exit_short", "confidence", "trail")


def readings_at(row: int, bars: pd.DataFrame, decisions: pd.DataFrame) -> dict[str, Any]:
    """Close, ATR and the strategy's own indicators at `row`, None where undefined; JSON-safe.

    Empty for a row before the first: what `Strategy.rules` reads of a bar.
    """
    if row < 0:
        return {}
    names = [name for name in decisions.columns if name not in COLUMN_NAMES]
    own = {name: _rounded(decisions[name].to_numpy().item(row)) for name in names}
    return {"close": _rounded(bars["close"].to_numpy().item(row)), **own}


def _rounded(value: Any) -> float | None:
    """Ten significant digits: more is the noise of where a window began."""
    return None if value is None or value != value else float(f"{value:.10g}")
