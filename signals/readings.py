"""What a config's newest evaluated bar looked like: kept on its track, shown as "why not now"."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from risk.guards.base import Candidate
from strategies.readings import readings_at
from strategies.rules import Readings


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One bar as a strategy and the guards saw it."""

    closed_at: datetime  # UTC
    bars: int  # seen before it; the strategy decides from `warmup` on
    warmup: int
    now: Readings
    before: Readings
    confidence: float | None  # of an entry on this bar
    candidate: Candidate | None  # a BUY at this close; None while its levels are undefined

    @property
    def is_ready(self) -> bool:
        """Whether there are bars enough to decide."""
        return self.bars >= self.warmup


def reading_json(
    row: int,
    bars: pd.DataFrame,
    decisions: pd.DataFrame,
    *,
    closed_at: datetime,
    warmup: int,
    candidate: Candidate | None,
) -> dict[str, Any]:
    """The reading of `row` as a track keeps it; JSON-safe."""
    confidence = decisions["confidence"].to_numpy(dtype=float)[row]
    asked = {**vars(candidate), "at": candidate.at.isoformat()} if candidate else None
    return {
        "closed_at": closed_at.isoformat(),
        "bars": min(row, warmup),
        "warmup": warmup,
        "now": readings_at(row, bars, decisions),
        "before": readings_at(row - 1, bars, decisions),
        "confidence": None if pd.isna(confidence) else float(confidence),
        "candidate": asked,
    }


def reading_of(kept: dict[str, Any]) -> Reading | None:
    """The reading a track keeps; None before its first bar, or from another release."""
    if not kept:
        return None
    try:
        asked = kept["candidate"]
        if asked:
            asked = Candidate(**{**asked, "at": datetime.fromisoformat(asked["at"])})
        closed_at = datetime.fromisoformat(kept["closed_at"])
        return Reading(**{**kept, "closed_at": closed_at, "candidate": asked})
    except (KeyError, TypeError, ValueError):  # the next bar writes it anew
        return None
