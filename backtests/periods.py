"""Which candles there are for a period."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max, Min

from markets.frames import Timeframe
from markets.models import Candle, Symbol


class NoCandles(Exception):
    """A symbol has none in the period; the text says from when to when there are some."""


def require_candles(
    symbols: Sequence[Symbol], *, feed: str, start: datetime, end: datetime
) -> None:
    """Raises NoCandles unless each symbol has a minute of `feed` in [start, end)."""
    for symbol in symbols:
        stored = Candle.objects.filter(symbol=symbol, feed=feed, timeframe=Timeframe.M1)
        if not stored.filter(time__gte=start, time__lt=end).exists():
            raise NoCandles(_words(symbol, feed))


def count_bars(
    codes: Sequence[str], *, feed: str, timeframe: Timeframe, start: datetime, end: datetime
) -> int:
    """About how many bars of `timeframe` the period has, all symbols together."""
    stored = Candle.objects.filter(
        symbol__code__in=codes, feed=feed, timeframe=Timeframe.M1, time__gte=start, time__lt=end
    )
    return -(-stored.count() // timeframe.minutes)


def _words(symbol: Symbol, feed: str) -> str:
    """From when to when there are candles, those of `feed` first."""
    rows = Candle.objects.filter(symbol=symbol, timeframe=Timeframe.M1).order_by().values("feed")
    kept = sorted(
        rows.annotate(first=Min("time"), last=Max("time")),
        key=lambda row: (row["feed"] != feed, row["feed"]),
    )
    none = f"{symbol.code} has no candles of {feed} in this period"
    if not kept:
        return f"{none}, nor any others: manage.py import_candles brings some."
    spans = (
        f"of {row['feed']} from {row['first']:%Y-%m-%d %H:%M} to {row['last']:%Y-%m-%d %H:%M} UTC"
        for row in kept
    )
    return f"{none}; there are some {', '.join(spans)}."
