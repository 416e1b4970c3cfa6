from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from risk.guards.base import UNKNOWN, Book, Candidate, Facts, Guard, Measure
from strategies.parameters import setting


@dataclass(frozen=True, kw_only=True)
class VolatilityGuard(Guard):
    """Refuse while ATR is too large a share of the price, or not known."""

    slug: ClassVar[str] = "volatility"
    title: ClassVar[str] = "Volatility"

    max_atr_pct: float = setting(
        0.04,
        help="Refuse entries while the ATR 14 of the bars is above this share of the price",
        unit="% of price",
        minimum=0.0001,
        maximum=100.0,
    )

    def refuses(self, facts: Facts, book: Book) -> Any:
        return np.logical_not(facts.atr_pct <= self.max_atr_pct)  # unknown: refused

    def why(self, candidate: Candidate, book: Book) -> str:
        if candidate.atr_pct is None:
            return "ATR is not known yet"
        is_close = f"{candidate.atr_pct:.3f}" == f"{self.max_atr_pct:.3f}"
        places = 5 if is_close else 3
        return (
            f"ATR is {candidate.atr_pct:.{places}f}% of price, limit {self.max_atr_pct:.{places}f}%"
        )

    def limit_text(self, book: Book) -> str:
        return f"ATR at most {self.max_atr_pct:g}% of price"

    def measure(self, candidate: Candidate | None, book: Book) -> Measure:
        if candidate is None or candidate.atr_pct is None:
            return UNKNOWN
        return Measure(f"ATR {candidate.atr_pct:.4f}%", candidate.atr_pct / self.max_atr_pct)
