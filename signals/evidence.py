"""What a decision saw, kept with its signal so that it can be opened and recomputed later."""

import hashlib
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from risk.guards.base import Book
from risk.states import Signalled
from strategies.readings import readings_at


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


def with_readings(evidence: dict[str, Any], made: Signalled, book: Book) -> dict[str, Any]:
    """`evidence` with what the guards measured and, on a FLAT, why the entry was refused."""
    readings: dict[str, Any] = {"book": asdict(book)}
    if made.candidate:
        asked = made.candidate
        readings["guards"] = {
            "spread_pips": round(asked.spread / asked.pip, 3),
            "stop_to_spread": asked.stop_to_spread and round(asked.stop_to_spread, 3),
            "atr_pct": asked.atr_pct and round(asked.atr_pct, 5),
            "hole_minutes": asked.hole_minutes,
            "minutes_since_hole": asked.minutes_since_hole,
        }
    if made.refused_entry:
        readings["refused_entry"] = [
            {"guard": no.guard, "reason": no.reason} for no in made.refused_entry
        ]
    return {**evidence, **readings}
