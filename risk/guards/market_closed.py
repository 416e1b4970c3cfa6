from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from risk.guards.base import UNKNOWN, Book, Candidate, Facts, Guard, Measure


@dataclass(frozen=True, kw_only=True)
class MarketClosedGuard(Guard):
    """Refuse an entry nobody could take: the market is closed when its bar ends."""

    slug: ClassVar[str] = "market_closed"
    title: ClassVar[str] = "Market closed"

    def refuses(self, facts: Facts, book: Book) -> Any:
        return np.logical_not(facts.is_market_open)

    def why(self, candidate: Candidate, book: Book) -> str:
        return f"the market is closed at {candidate.at:%H:%M} UTC"

    def limit_text(self, book: Book) -> str:
        return "entries only while the market is open"

    def measure(self, candidate: Candidate | None, book: Book) -> Measure:
        if candidate is None:
            return UNKNOWN
        return Measure("open") if candidate.is_market_open else Measure("closed", 1.0)
