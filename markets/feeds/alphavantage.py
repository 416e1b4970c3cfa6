"""Candles from Alpha Vantage (FX_INTRADAY, 1min)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self

from markets.feeds.base import Allowance, Bar, Feed, FeedError, FeedSymbol, bar_of
from markets.feeds.http import get_json, scrubbed

SERIES = "Time Series FX (1min)"
TROUBLES = ("Error Message", "Information", "Note")  # come as HTTP 200, in place of the series
COMPACT = 100  # bars in a compact answer


@dataclass(frozen=True, kw_only=True)
class AlphaVantage(Feed):
    """Ask for the newest minutes of one pair; one price, no ask, no volume."""

    slug: ClassVar[str] = "alphavantage"
    name: ClassVar[str] = "Alpha Vantage"
    allowance: ClassVar[Allowance | None] = Allowance(  # free plan
        per_minute=5, per_day=25, timezone="America/New_York"
    )
    key: str = field(default="", repr=False)
    base_url: str = "https://www.alphavantage.co"

    @classmethod
    def from_settings(cls, settings: Any) -> Self:
        return cls(key=settings.ALPHAVANTAGE_KEY, base_url=settings.ALPHAVANTAGE_API_BASE)

    def off_reason(self) -> str | None:
        return None if self.key else "Set ALPHAVANTAGE_KEY to your Alpha Vantage API key."

    def closed_bars(self, symbol: FeedSymbol, *, after: datetime, now: datetime) -> Sequence[Bar]:
        few = now - after < timedelta(minutes=COMPACT)
        answer = get_json(
            f"{self.base_url}/query",
            params={
                "function": "FX_INTRADAY",
                "from_symbol": symbol.code[:3],
                "to_symbol": symbol.code[3:],
                "interval": "1min",
                "outputsize": "compact" if few else "full",
                "apikey": self.key,
            },
            secret=self.key,
        )
        series = answer.get(SERIES)
        if not isinstance(series, dict):
            raise FeedError(self._refusal(answer), retry_after=900.0)
        try:
            bars = [_bar(symbol.code, stamp, value) for stamp, value in sorted(series.items())]
        except (KeyError, TypeError, ValueError):
            raise FeedError("Alpha Vantage sent a candle that cannot be read") from None
        return [bar for bar in bars if after < bar.time <= now - timedelta(minutes=1)]

    def _refusal(self, answer: dict[str, Any]) -> str:
        told = next((str(answer[name]) for name in TROUBLES if answer.get(name)), "no candles")
        return scrubbed(f"Alpha Vantage: {told}", self.key)


def _bar(code: str, stamp: str, value: Any) -> Bar:
    time = datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    prices = [float(value[side]) for side in ("1. open", "2. high", "3. low", "4. close")]
    return bar_of(time, prices, symbol=code)
