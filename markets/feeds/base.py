"""What every candle source looks like to the desk."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self


class FeedError(Exception):
    """A feed could not answer; `retry_after` seconds is the earliest sensible next try."""

    def __init__(self, message: str, *, retry_after: float = 60.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Bar:
    """One closed minute as a source sent it, not yet validated; `time` is its open, UTC.

    The ask prices are None where the source has none. `symbol` and `timeframe` are what the
    source says the bar is of. `line` is where it stood in a file or a request, from 1.
    """

    time: datetime
    open: float
    high: float
    low: float
    close: float
    volume: float = 0.0
    ask_open: float | None = None
    ask_high: float | None = None
    ask_low: float | None = None
    ask_close: float | None = None
    symbol: str | None = None
    timeframe: str = "M1"
    line: int = 0


def bar_of(
    time: datetime,
    bid: Sequence[float],
    *,
    ask: Sequence[float] | None = None,
    volume: float = 0.0,
    symbol: str | None = None,
    line: int = 0,
) -> Bar:
    """A bar from its open, high, low and close on the bid side and, if known, the ask side."""
    b, a = bid, ask or (None, None, None, None)
    return Bar(time, b[0], b[1], b[2], b[3], volume, a[0], a[1], a[2], a[3], symbol, line=line)


@dataclass(frozen=True)
class FeedSymbol:
    """What a feed may know about a symbol."""

    code: str
    digits: int
    pip: float
    typical_spread_pips: float

    @property
    def spread(self) -> float:
        """Typical spread in price units."""
        return self.typical_spread_pips * self.pip


@dataclass(frozen=True)
class Allowance:
    """How many requests a provider's plan carries; a day is the provider's own day."""

    per_minute: int
    per_day: int
    timezone: str = "UTC"


@dataclass(frozen=True, kw_only=True)
class Feed(ABC):
    """One source of closed M1 candles; its fields are its settings."""

    slug: ClassVar[str]
    name: ClassVar[str]
    calendar: ClassVar[str] = "forex_week"  # or "always_open"
    is_demo: ClassVar[bool] = False  # what comes from it says DEMO wherever it is shown
    takes_late_bars: ClassVar[bool] = False  # may fill a hole behind its newest stored bar
    allowance: ClassVar[Allowance | None] = None  # None: ask as often as you like
    backfill: timedelta = timedelta(hours=10)  # how far back the first request reaches

    @classmethod
    def from_settings(cls, settings: Any) -> Self:
        """The feed as the desk's settings describe it."""
        return cls()

    def off_reason(self) -> str | None:
        """Why this feed cannot be asked, as advice to the operator; None when it can."""
        return None

    @abstractmethod
    def closed_bars(self, symbol: FeedSymbol, *, after: datetime, now: datetime) -> Sequence[Bar]:
        """Bars that opened after `after` and are closed at `now`, oldest first.

        Raises FeedError when the source does not answer or answers nonsense.
        """
