"""What the fold reads, remembers and reports: values only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, get_args

from markets.sessions import Calendar
from risk.guards.base import Candidate, Refusal
from strategies.levels import LevelRule

Side = Literal["BUY", "SELL"]
ExitReason = Literal["tp", "sl", "trailing_stop", "expired", "flat", "opposite", "data_gap"]
REASONS: tuple[ExitReason, ...] = get_args(ExitReason)  # as risk.core numbers them


@dataclass(frozen=True, slots=True)
class Bar:
    """One closed bar, bid and ask; `time` is its open, `close_time` its end, both UTC."""

    time: datetime
    close_time: datetime
    open: float
    high: float
    low: float
    close: float
    ask_open: float
    ask_high: float
    ask_low: float
    ask_close: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What the strategy says at one bar's close; None is "undefined", never a number."""

    buy: bool = False
    sell: bool = False
    exit_long: bool = False
    exit_short: bool = False
    confidence: float | None = None
    atr: float | None = None
    trail: float | None = None


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What does not change from bar to bar: the config version and its symbol."""

    symbol: str
    pip: float
    digits: int
    bar_length: timedelta
    rule: LevelRule
    expiry_minutes: int  # trading minutes
    calendar: Calendar
    min_confidence: float = 0.0
    trails: bool = False

    @property
    def scale(self) -> float:
        """Ticks in a price of 1."""
        return 10.0**self.digits


@dataclass(frozen=True, kw_only=True)
class Position:
    """An accepted signal on its way, or a blocked one followed in the shadow."""

    side: Side
    bar_time: datetime  # of the bar that decided; names the signal within its run and config
    price: float
    sl: float
    tp: float | None
    expires_at: datetime
    is_shadow: bool = False
    entry_time: datetime | None = None
    entry_price: float | None = None
    stop: float  # where the stop stands now; `sl` keeps the initial one
    best: float | None = None  # furthest price on the exit side in favour, and against
    worst: float | None = None
    leaving: ExitReason | None = None  # closes at the next open

    @property
    def sign(self) -> int:
        return 1 if self.side == "BUY" else -1

    @property
    def risk(self) -> float:
        """One R, in price."""
        return abs(self.price - self.sl)


@dataclass(frozen=True, slots=True)
class Hole:
    """Trading minutes without bars, and when bars came back."""

    ended_at: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class State:
    """All the fold remembers between two bars of one config."""

    held: Position | None = None
    leaving: Position | None = None
    last_bar: datetime | None = None
    hole: Hole | None = None

    @property
    def holds_any(self) -> bool:
        """Whether anything is held, pending or leaving."""
        return self.held is not None or self.leaving is not None


@dataclass(frozen=True, kw_only=True)
class Entered:
    """A pending position was filled, at the open of `bar`."""

    position: Position
    bar: Bar


@dataclass(frozen=True, kw_only=True)
class Closed:
    """A position ended; prices are None when the bars cannot tell."""

    position: Position
    reason: ExitReason
    at: datetime
    price: float | None
    bar: Bar | None = None  # that decided; the first one after missing minutes
    is_gap: bool = False
    optimistic_price: float | None = None  # set on a tie: SL and TP inside the same bar


@dataclass(frozen=True, kw_only=True)
class Signalled:
    """A record to keep: a new BUY or SELL, accepted or refused, or the FLAT that ends one."""

    action: Literal["BUY", "SELL", "FLAT"]
    price: Decimal
    sl: Decimal | None
    tp: Decimal | None
    closed_at: datetime  # of the bar that decided
    expires_at: datetime
    refusals: tuple[Refusal, ...] = ()
    refused_entry: tuple[Refusal, ...] = ()  # why the opposite entry was refused, on its FLAT
    ends: Position | None = None
    candidate: Candidate | None = None


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """The held signal's condition came true again: no new record."""

    position: Position
    at: datetime


Happening = Entered | Closed | Signalled | Repeated
