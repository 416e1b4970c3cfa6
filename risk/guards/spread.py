import math
from dataclasses import dataclass
from typing import ClassVar

from risk.guards.base import UNKNOWN, Book, Candidate, Guard, Measure
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

    def refuse(self, candidate: Candidate | None, book: Book) -> str | None:
        ratio = None if candidate is None else candidate.stop_to_spread
        if candidate is None or ratio is None or ratio >= self.min_stop_to_spread:
            return None
        spread_pips = candidate.spread / candidate.pip
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
