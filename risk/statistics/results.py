"""What judged signals came to; every figure stands beside the number of results behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Results:
    """Counts and sums of BUY and SELL signals; each sum is None where nothing was added up."""

    open: int  # still running
    closed: int
    blocked: int  # refused by a guard, so in none of the other figures
    n: int  # closed with a known result: the sample of all that follows
    wins: int  # above zero
    losses: int  # below zero
    expired: int  # ended by their time; a win or a loss as the price stood
    r_sum: float | None  # in units of each signal's risk
    pips_sum: float | None
    demo: int  # judged by prices that are made up

    @property
    def undecided(self) -> int:
        """Closed, but the bars cannot tell how."""
        return self.closed - self.n

    @property
    def win_rate(self) -> float | None:
        """Share of the sample above zero, 0 to 1; None without a sample."""
        return _share(self.wins, self.n)

    @property
    def r_mean(self) -> float | None:
        """R per signal of the sample; None without one."""
        return _share(self.r_sum, self.n)

    @property
    def pips_mean(self) -> float | None:
        """Pips per signal of the sample; None without one."""
        return _share(self.pips_sum, self.n)

    @property
    def is_demo(self) -> bool:
        return self.demo > 0


NOTHING = Results(
    **dict.fromkeys(("open", "closed", "blocked", "n", "wins", "losses", "expired", "demo"), 0),
    r_sum=None,
    pips_sum=None,
)


def together(parts: Iterable[Results]) -> Results:
    """All of `parts` as one; NOTHING for none."""
    listed = [vars(part) for part in (NOTHING, *parts)]
    return Results(**{name: _sum(part[name] for part in listed) for name in vars(NOTHING)})


def _sum(values: Iterable[Any]) -> Any:
    """The sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _share(part: float | None, whole: int) -> float | None:
    return None if part is None or not whole else part / whole
