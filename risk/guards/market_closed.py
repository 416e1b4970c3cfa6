from dataclasses import dataclass
from typing import ClassVar

from risk.guards.base import Book, Candidate, Guard


@dataclass(frozen=True, kw_only=True)
class MarketClosedGuard(Guard):
    """Refuse an entry nobody could take: the market is closed when its bar ends."""

    slug: ClassVar[str] = "market_closed"
    title: ClassVar[str] = "Market closed"

    def refuse(self, candidate: Candidate | None, book: Book) -> str | None:
        if candidate is None or candidate.is_market_open:
            return None
        return f"the market is closed at {candidate.at:%H:%M} UTC"
