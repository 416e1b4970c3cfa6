"""Candles from Twelve Data (time_series, 1min)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self

from markets.feeds.base import Allowance, Bar, Feed, FeedError, FeedSymbol, bar_of
from markets.feeds.http import get_json, scrubbed

MOST_BARS = 5000  # one answer holds no more


@dataclass(frozen=True, kw_only=True)
class TwelveData(Feed):
    """Ask for the newest minutes of one pair; bid and ask are not told apart, no volume."""

    slug: ClassVar[str] = "twelvedata"
    name: ClassVar[str] = "Twelve Data"
    allowance: ClassVar[Allowance | None] = Allowance(per_minute=8, per_day=800)  # free plan
    key: str = field(default="", repr=False)
    base_url: str = "https://api.twelvedata.com"

    @classmethod
    def from_settings(cls, settings: Any) -> Self:
        return cls(key=settings.TWELVEDATA_KEY, base_url=settings.TWELVEDATA_API_BASE)

    def off_reason(self) -> str | None:
        return None if self.key else "Set TWELVEDATA_KEY to your Twelve Data API key."

    def closed_bars(self, symbol: FeedSymbol, *, after: datetime, now: datetime) -> Sequence[Bar]:
        wanted = min(MOST_BARS, max(1, int((now - after) / timedelta(minutes=1)) + 1))
        answer = get_json(
            f"{self.base_url}/time_series",
            params={
                "symbol": slashed(symbol.code),
                "interval": "1min",
                "outputsize": str(wanted),
                "timezone": "UTC",
                "order": "ASC",
            },
            headers={"Authorization": f"apikey {self.key}"},
            secret=self.key,
        )
        values = answer.get("values")
        if not isinstance(values, list):
            raise FeedError(self._refusal(answer), retry_after=_pause(answer))
        try:
            bars = [_bar(symbol.code, value) for value in values]
        except (KeyError, TypeError, ValueError):
            raise FeedError("Twelve Data sent a candle that cannot be read") from None
        return [bar for bar in bars if after < bar.time <= now - timedelta(minutes=1)]

    def _refusal(self, answer: dict[str, Any]) -> str:
        told = str(answer.get("message") or "no candles and no reason")
        return scrubbed(f"Twelve Data: {told}", self.key)


def slashed(code: str) -> str:
    """EURUSD as EUR/USD."""
    return f"{code[:3]}/{code[3:]}"


def _bar(code: str, value: Any) -> Bar:
    time = datetime.strptime(value["datetime"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    prices = [float(value[side]) for side in ("open", "high", "low", "close")]
    return bar_of(time, prices, volume=float(value.get("volume") or 0), symbol=code)


def _pause(answer: dict[str, Any]) -> float:
    """Seconds to wait: longer where asking again cannot help (a wrong key, an unknown pair)."""
    return 60.0 if answer.get("code") in (429, 500, 502, 503) else 900.0
