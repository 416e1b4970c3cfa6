"""What a decision saw, kept with its signal so that it can be opened and recomputed later."""

import hashlib
from typing import Any

import numpy as np
import pandas as pd

COLUMN_NAMES = ("buy", "sell", "exit_long", "exit_short", "confidence", "trail")


def evidence_at(
    row: int,
    bars: pd.DataFrame,
    decisions: pd.DataFrame,
    *,
    warmup: int,
    code: str,
    settings: str,
) -> dict[str, Any]:
    """The indicator values at `row`, and the bars, code and settings they came from; JSON-safe."""
    seen = bars.iloc[max(0, row - warmup) : row + 1]
    confidence = decisions["confidence"].to_numpy(dtype=float)[row]
    return {
        "confidence": None if np.isnan(confidence) else float(confidence),
        "indicators": readings_at(row, bars, decisions),
        "before": readings_at(row - 1, bars, decisions),
        "bars": {
            "first": seen.index[0].isoformat(),
            "last": seen.index[-1].isoformat(),
            "count": len(seen),
            "sha256": hashlib.sha256(seen.to_numpy().tobytes()).hexdigest(),
        },
        "code": code,
        "settings": settings,
    }


def readings_at(row: int, bars: pd.DataFrame, decisions: pd.DataFrame) -> dict[str, Any]:
    """Close, ATR and the strategy's own indicators at `row`, None where undefined; JSON-safe.

    Empty for a row before the first: what `Strategy.rules` reads of a bar.
    """
    if row < 0:
        return {}
    names = [name for name in decisions.columns if name not in COLUMN_NAMES]
    own = {name: _rounded(decisions[name].to_numpy()[row]) for name in names}
    return {"close": _rounded(bars["close"].to_numpy()[row]), **own}


def _rounded(value: Any) -> float | None:
    """Ten significant digits: more is the noise of where a window began."""
    return None if pd.isna(value) else float(f"{value:.10g}")
