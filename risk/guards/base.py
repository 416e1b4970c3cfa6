"""What a guard is asked, and what it may answer."""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np


class Facts(NamedTuple):
    """What guards measure entries by: numbers, or arrays of one length; NaN while unknown."""

    stop_distance: Any  # price units, from entry to stop
    spread: Any  # price units, at the close
    atr_pct: Any  # percent of price
    is_market_open: Any
    hole_minutes: Any  # trading minutes missing in the newest hole, 0 when none is known
    minutes_since_hole: Any

    @property
    def stop_to_spread(self) -> Any:
        """How many spreads fit between entry and stop; infinite without a spread."""
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.divide(self.stop_distance, self.spread)
        return np.where(np.greater(self.spread, 0), ratio, np.inf)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An entry at one bar's close, with what the guards measure it by."""

    symbol: str
    action: Literal["BUY", "SELL"]
    at: datetime  # the bar's close, UTC
    price: float
    sl: float
    spread: float  # price units, at the close
    pip: float
    atr_pct: float | None  # percent of price; None while undefined
    is_market_open: bool
    hole_minutes: int = 0  # trading minutes missing in the newest hole, 0 when none is known
    minutes_since_hole: int | None = None

    @property
    def stop_to_spread(self) -> float | None:
        """How many spreads fit between entry and stop; None without a spread."""
        ratio = float(self.facts.stop_to_spread)
        return ratio if math.isfinite(ratio) else None

    @property
    def facts(self) -> Facts:
        """The same as numbers."""
        return Facts(
            stop_distance=abs(self.price - self.sl),
            spread=self.spread,
            atr_pct=math.nan if self.atr_pct is None else self.atr_pct,
            is_market_open=self.is_market_open,
            hole_minutes=self.hole_minutes,
            minutes_since_hole=(
                math.nan if self.minutes_since_hole is None else self.minutes_since_hole
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Book:
    """What the engine read once for this minute: the desk's state beside the bars."""

    pause_reason: str | None = None  # why the kill switch is on; None while it is off
    daily_loss: float = 0.0  # of the current trading day, in `loss_unit`
    loss_unit: str = "R"


@dataclass(frozen=True)
class Refusal:
    """One guard's no, in words a trader understands."""

    guard: str
    reason: str


@dataclass(frozen=True)
class Measure:
    """What a guard reads at this moment, in words."""

    text: str
    strain: float = 0.0  # how near to refusing: 1 at the limit, more beyond it


UNKNOWN = Measure("not known yet")


@dataclass(frozen=True, kw_only=True)
class Guard(ABC):
    """A rule that can refuse an entry. Fields are its settings."""

    slug: ClassVar[str]
    title: ClassVar[str]
    judges_exits: ClassVar[bool] = False  # only the kill switch also stops FLAT
    reads_bars: ClassVar[bool] = True  # else the desk's state alone, the same for every symbol

    @abstractmethod
    def refuses(self, facts: Any, book: Book) -> Any:
        """Whether entries must not be sent: a bool, or one for each element of the `Facts`.

        `facts` is None for guards that read the desk's state alone.
        """

    @abstractmethod
    def why(self, candidate: Any, book: Book) -> str:
        """The reason in words, of the `Candidate` it refuses; None as for `refuse`."""

    def refuse(self, candidate: Candidate | None, book: Book) -> str | None:
        """Why `candidate` must not be sent, or None. `candidate` is None for a FLAT."""
        if candidate is None and self.reads_bars:
            return None
        facts = candidate.facts if candidate and self.reads_bars else None
        return self.why(candidate, book) if self.refuses(facts, book) else None

    @abstractmethod
    def limit_text(self, book: Book) -> str:
        """What it lets through, in words."""

    @abstractmethod
    def measure(self, candidate: Candidate | None, book: Book) -> Measure:
        """What it reads, refused or not. `candidate` is None while its levels are unknown."""


def refusals(
    guards: Sequence[Guard], candidate: Candidate | None, book: Book
) -> tuple[Refusal, ...]:
    """Every guard's refusal, in the guards' order: all are asked, none is skipped."""
    asked = ((guard.slug, guard.refuse(candidate, book)) for guard in guards)
    return tuple(Refusal(slug, reason) for slug, reason in asked if reason is not None)
