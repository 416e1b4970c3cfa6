"""Rows for tests, with fixed values; name only what the test is about."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from markets.models import Candle, Symbol


def make_symbol(code: str = "EURUSD", **values: Any) -> Symbol:
    """A demo pair with a typical spread of one pip."""
    defaults = {"digits": 5, "pip_size": Decimal("0.0001"), "typical_spread_pips": 1.0}
    return Symbol.objects.create(code=code, **{**defaults, **values})


def make_candles(
    symbol: Symbol,
    *,
    start: datetime = datetime(2026, 11, 18, 10, 0, tzinfo=UTC),
    closes: Sequence[float],
    feed: str | None = None,
    ask_source: str = "feed",
    ask_shift: float = 0.0001,
) -> list[Candle]:
    """One candle a minute; each opens at its close and spans two pips around it."""
    candles = []
    for n, close in enumerate(closes):
        bid = {"open": close, "high": close + 0.0001, "low": close - 0.0001, "close": close}
        candles.append(
            Candle(
                symbol=symbol,
                feed=feed or symbol.feed,
                time=start + timedelta(minutes=n),
                observed_at=start + timedelta(minutes=n + 1, seconds=3),
                volume=1.0,
                typical_spread=symbol.typical_spread,
                ask_source=ask_source,
                **bid,
                **{f"ask_{side}": price + ask_shift for side, price in bid.items()},
            )
        )
    return Candle.objects.bulk_create(candles)
