import math
from dataclasses import dataclass
from typing import Any, ClassVar

from risk.guards.base import UNKNOWN, Book, Candidate, Facts, Guard, Measure
from strategies.parameters import setting


@dataclass(frozen=True, kw_only=True)
class SpreadGuard(Guard):
    """Refuse an entry whose stop is too few spreads away: costs would eat the risk."""

    slug: ClassVar[str] = "spread"
    title: ClassVar[str] = "Stop to spread"

    min_stop_to_spread: float = setting(
        3.0,
        help="The stop must be at least this many spreads from the entry",
        unit="spreads",
        minimum=0.0,
        maximum=1000.0,
    )

    def refuses(self, facts: Facts, book: Book) -> Any:
        return facts.stop_to_spread < self.min_stop_to_spread

    def why(self, candidate: Candidate, book: Book) -> str:
        ratio, spread_pips = candidate.stop_to_spread, candidate.spread / candidate.pip
        return (
            f"the stop is {ratio:.1f} spreads away (spread {spread_pips:.1f} pips), "
            f"at least {self.min_stop_to_spread:.1f} needed"
        )

    def limit_text(self, book: Book) -> str:
        return f"stop at least {self.min_stop_to_spread:g} spreads away"

    def measure(self, candidate: Candidate | None, book: Book) -> Measure:
        if candidate is None:
            return UNKNOWN
        ratio = candidate.stop_to_spread
        if ratio is None:
            return Measure("no spread")
        strain = self.min_stop_to_spread / ratio if ratio else math.inf
        return Measure(f"{ratio:.1f} spreads ({candidate.spread / candidate.pip:.1f} pips)", strain)
