from dataclasses import dataclass
from typing import ClassVar

from risk.guards.base import Book, Candidate, Guard
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

    def refuse(self, candidate: Candidate | None, book: Book) -> str | None:
        if candidate is None:
            return None
        if candidate.atr_pct is None:
            return "ATR is not known yet"
        if candidate.atr_pct <= self.max_atr_pct:
            return None
        return f"ATR is {candidate.atr_pct:.3f}% of price, limit {self.max_atr_pct:.3f}%"
