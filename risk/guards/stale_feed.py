import math
from dataclasses import dataclass
from typing import Any, ClassVar

from risk.guards.base import UNKNOWN, Book, Candidate, Facts, Guard, Measure
from strategies.parameters import setting


@dataclass(frozen=True, kw_only=True)
class StaleFeedGuard(Guard):
    """Refuse entries for a while after the feed was silent in trading hours."""

    slug: ClassVar[str] = "stale_feed"
    title: ClassVar[str] = "Stale feed"

    max_hole_minutes: int = setting(
        5,
        help="A silence longer than this, in trading hours, makes the feed stale",
        unit="minutes",
        minimum=1,
        maximum=1440,
    )
    settle_minutes: int = setting(
        30,
        help="How long bars must flow again before entries are trusted",
        unit="minutes",
        minimum=0,
        maximum=1440,
    )

    def refuses(self, facts: Facts, book: Book) -> Any:
        is_long = facts.hole_minutes > self.max_hole_minutes
        return is_long & (facts.minutes_since_hole < self.settle_minutes)

    def why(self, candidate: Candidate, book: Book) -> str:
        return (
            f"the feed was silent for {candidate.hole_minutes} minutes and is back for "
            f"{candidate.minutes_since_hole}, {self.settle_minutes} needed"
        )

    def limit_text(self, book: Book) -> str:
        return (
            f"after more than {self.max_hole_minutes} min of silence, "
            f"{self.settle_minutes} min of bars first"
        )

    def measure(self, candidate: Candidate | None, book: Book) -> Measure:
        if candidate is None:
            return UNKNOWN
        since = candidate.minutes_since_hole
        if since is None or candidate.hole_minutes <= self.max_hole_minutes:
            return Measure("no silence")
        strain = self.settle_minutes / since if since else math.inf
        hours, minutes = divmod(since, 60)
        ago = f"{hours} h {minutes:02} min ago" if hours else f"{minutes} min ago"
        return Measure(f"silent {candidate.hole_minutes} min, {ago}", strain)
