"""Pairs the desk knows by name, and the forex holidays, for the first start."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from markets.holidays import save_holiday
from markets.models import Holiday, Symbol
from markets.sessions import DAY_TURN, NEW_YORK


@dataclass(frozen=True)
class Pair:
    """How a pair is quoted; `spread_pips` is usual for a retail account in calm hours."""

    digits: int
    pip_size: Decimal
    spread_pips: float


def _pair(spread_pips: float) -> Pair:
    return Pair(5, Decimal("0.0001"), spread_pips)


def _yen(spread_pips: float) -> Pair:
    return Pair(3, Decimal("0.01"), spread_pips)


PAIRS: dict[str, Pair] = {
    "EURUSD": _pair(0.6),
    "GBPUSD": _pair(0.8),
    "USDJPY": _yen(0.7),
    "AUDUSD": _pair(0.8),
    "NZDUSD": _pair(1.1),
    "USDCAD": _pair(1.0),
    "USDCHF": _pair(1.0),
    "EURGBP": _pair(0.9),
    "EURCHF": _pair(1.3),
    "EURAUD": _pair(1.6),
    "EURJPY": _yen(1.1),
    "GBPJPY": _yen(1.8),
    "AUDJPY": _yen(1.3),
    "CHFJPY": _yen(1.6),
    "CADJPY": _yen(1.5),
}


def pair_of(code: str) -> Pair:
    """How `code` is quoted; by its second currency where the pair is not listed."""
    return PAIRS.get(code) or (_yen(2.0) if code.endswith("JPY") else _pair(2.0))


def ensure_symbol(code: str, *, feed: str = "mock") -> Symbol:
    """The symbol, created from the catalog if it is not there; one that exists is left alone."""
    pair = pair_of(code)
    symbol, _ = Symbol.objects.get_or_create(
        code=code,
        defaults={
            "digits": pair.digits,
            "pip_size": pair.pip_size,
            "typical_spread_pips": pair.spread_pips,
            "feed": feed,
        },
    )
    return symbol


def ensure_holidays(years: Iterable[int], *, by: str = "desk", now: datetime) -> None:
    """Christmas and New Year of these years: no trading on the forex day of 25 Dec and 1 Jan.

    A forex day begins at 17:00 New York the evening before. Holidays edited by hand are kept.
    """
    for year in years:
        for name, day in (("New Year", date(year, 1, 1)), ("Christmas", date(year, 12, 25))):
            closes_at, opens_at = _forex_day(day)
            if not Holiday.objects.filter(closes_at__lt=opens_at, opens_at__gt=closes_at).exists():
                holiday = Holiday(name=name, closes_at=closes_at, opens_at=opens_at)
                save_holiday(holiday, by=by, now=now)


def _forex_day(day: date) -> tuple[datetime, datetime]:
    begins = datetime.combine(day - timedelta(days=1), DAY_TURN, NEW_YORK)
    ends = datetime.combine(day, DAY_TURN, NEW_YORK)
    return begins.astimezone(UTC), ends.astimezone(UTC)
