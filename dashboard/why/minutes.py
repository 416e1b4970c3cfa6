"""The stored minute a moment speaks of: its prices, and all that is odd about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.templatetags.desk import age_text
from dashboard.why.asking import MINUTE
from markets.frames import Timeframe
from markets.models import AskSource, Candle, RejectedBar, Symbol
from risk.states import Bar

LATE = timedelta(minutes=1)  # a bar stored later than this after its close is told so


@dataclass(frozen=True)
class Prices:
    """One side of a minute, in the symbol's digits."""

    side: str
    open: str
    high: str
    low: str
    close: str


@dataclass(frozen=True)
class Minute:
    """One stored minute."""

    opened_at: datetime
    prices: tuple[Prices, ...]
    spread_pips: float  # at the close
    notes: tuple[str, ...]


def minute(symbol: Symbol, *, feed: str, at: datetime) -> Minute | None:
    """The minute that closed at `at`; None where none is stored. Two queries."""
    stored = Candle.objects.filter(symbol=symbol, feed=feed, timeframe=Timeframe.M1)
    candle = stored.filter(time=at - MINUTE).prefetch_related("revisions").first()
    if candle is None:
        return None
    is_crossed = candle.ask_source == AskSource.CROSSED
    ask_close = candle.close + candle.typical_spread if is_crossed else candle.ask_close
    return Minute(
        opened_at=candle.time,
        prices=(_side("Bid", "", candle, symbol), _side("Ask", "ask_", candle, symbol)),
        spread_pips=(ask_close - candle.close) / symbol.pip,
        notes=tuple(_notes(candle, symbol)),
    )


def sides_of_bar(bar: Bar, digits: int) -> tuple[Prices, ...]:
    """Both sides of a bar as the strategy and the fold read it."""
    bid = (bar.open, bar.high, bar.low, bar.close)
    ask = (bar.ask_open, bar.ask_high, bar.ask_low, bar.ask_close)
    return _prices("Bid", bid, digits), _prices("Ask", ask, digits)


def _prices(side: str, values: Iterable[float], digits: int) -> Prices:
    return Prices(side, *(f"{value:.{digits}f}" for value in values))


def refused_bar(symbol: Symbol, *, feed: str, opened_at: datetime) -> str:
    """Why a bar that came for this minute was not stored; "" where none came."""
    refused = RejectedBar.objects.filter(symbol=symbol, feed=feed, time=opened_at)
    return refused.values_list("reason", flat=True).first() or ""


def _side(side: str, prefix: str, candle: Candle, symbol: Symbol) -> Prices:
    raw = (getattr(candle, f"{prefix}{name}") for name in ("open", "high", "low", "close"))
    is_read = prefix and candle.ask_source == AskSource.CROSSED
    bid = (candle.open, candle.high, candle.low, candle.close)
    values = (price + candle.typical_spread for price in bid) if is_read else raw
    return _prices(side, values, symbol.digits)


def _notes(candle: Candle, symbol: Symbol) -> list[str]:
    notes = []
    spread = f"the typical spread of {candle.typical_spread / symbol.pip:g} pips"
    if candle.ask_source == AskSource.CROSSED:
        notes.append(
            f"The feed sent an ask below the bid ({candle.ask_close:.{symbol.digits}f} at the "
            f"close): it is read as the bid plus {spread}."
        )
    if candle.ask_source == AskSource.TYPICAL:
        notes.append(f"The feed sends no ask: it is the bid plus {spread}.")
    late = candle.observed_at - candle.time - MINUTE
    if late > LATE:
        stored = f"{candle.observed_at:%Y-%m-%d %H:%M:%S} UTC"
        notes.append(f"Stored {stored}, {age_text(late)} after it closed.")
    for revision in candle.revisions.all():
        notes.append(
            f"Sent again with other values {revision.observed_at:%Y-%m-%d %H:%M:%S} UTC, close "
            f"{revision.close:.{symbol.digits}f}: kept beside it, never used."
        )
    return notes
