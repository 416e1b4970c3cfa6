from dataclasses import dataclass
from typing import ClassVar

from risk.guards.base import UNKNOWN, Book, Candidate, Guard, Measure


@dataclass(frozen=True, kw_only=True)
class MarketClosedGuard(Guard):
    """Refuse an entry nobody could take: the market is closed when its bar ends."""

    slug: ClassVar[str] = "market_closed"
    title: ClassVar[str] = "Market closed"

    def refuse(self, candidate: Candidate | None, book: Book) -> str | None:
        if candidate is None or candidate.is_market_open:
            return None
        return f"the market is closed at {candidate.at:%H:%M} UTC"

    def limit_text(self, book: Book) -> str:
        return "entries only while the market is open"

    def measure(self, candidate: Candidate | None, book: Book) -> Measure:
        if candidate is None:
            return UNKNOWN
        return Measure("open") if candidate.is_market_open else Measure("closed", 1.0)
