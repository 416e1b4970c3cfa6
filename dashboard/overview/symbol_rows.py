"""The Overview's table: one row per symbol, five queries whatever their number."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery

from dashboard.by_hand.push import push_refusal
from dashboard.overview.sparkline import spark_area, spark_path
from delivery.tallies import Tally, tallies
from markets.frames import Timeframe
from markets.models import AskSource, Candle, Symbol
from signals.models import Signal

SPARK_MINUTES = 60


@dataclass(frozen=True)
class Quote:
    """Bid and ask at the close of the newest stored minute."""

    bid: float
    ask: float
    spread_pips: float
    closed_at: datetime


@dataclass(frozen=True)
class LastSignal:
    """The newest signal of a symbol that was not blocked."""

    pk: int
    action: str
    price: str
    sl: str
    tp: str
    sl_pips: float | None  # from the price
    tp_pips: float | None
    confidence: float | None
    decided_at: datetime
    expires_at: datetime
    is_open: bool
    strategy: str
    version: str
    timeframe: str
    late: bool
    push_refusal: str
    tally: Tally

    @property
    def confidence_percent(self) -> int:
        return round(100 * (self.confidence or 0))


@dataclass(frozen=True)
class SymbolRow:
    code: str
    digits: int
    is_demo: bool
    quote: Quote | None
    spark: str
    signal: LastSignal | None

    @property
    def spark_area(self) -> str:
        return spark_area(self.spark)


def symbol_rows(*, now: datetime) -> tuple[SymbolRow, ...]:
    """The enabled symbols, by code."""
    newest = {symbol: (candle, signal) for symbol, candle, signal in _newest()}
    candles = Candle.objects.in_bulk([candle for candle, _ in newest.values() if candle])
    signals = Signal.objects.for_reading().in_bulk([sign for _, sign in newest.values() if sign])
    tally_of = tallies(signal.message_key for signal in signals.values())
    closes = _closes(newest, since=now - timedelta(minutes=SPARK_MINUTES))
    last = {
        pk: last_signal(signal, tally_of[signal.message_key], now=now)
        for pk, signal in signals.items()
    }
    return tuple(
        _row(
            symbol,
            candle=candles.get(candle),
            signal=last.get(signal),
            closes=closes[symbol.pk, symbol.feed],
        )
        for symbol, (candle, signal) in newest.items()
    )


def _newest() -> Iterator[tuple[Symbol, int, int]]:
    """Each enabled symbol with the ids of its newest candle and signal, 0 for none."""
    newest_candle = Candle.objects.filter(
        symbol=OuterRef("pk"), feed=OuterRef("feed"), timeframe=Timeframe.M1
    ).order_by("-time")
    newest_signal = (
        Signal.objects.public().filter(symbol=OuterRef("pk")).order_by("-bar_closed_at", "-pk")
    )
    rows: Iterable[Any] = Symbol.objects.enabled().annotate(
        candle_id=Subquery(newest_candle.values("pk")[:1]),
        signal_id=Subquery(newest_signal.values("pk")[:1]),
    )
    for symbol in rows:
        yield symbol, symbol.candle_id or 0, symbol.signal_id or 0


def _closes(symbols: Collection[Symbol], *, since: datetime) -> dict[tuple[int, str], list[float]]:
    minutes = Candle.objects.filter(
        feed__in={symbol.feed for symbol in symbols},  # with the symbols: the index's first columns
        symbol__in=symbols,
        timeframe=Timeframe.M1,
        time__gte=since,
    )
    closes: dict[tuple[int, str], list[float]] = defaultdict(list)
    rows = minutes.order_by("time").values_list("symbol_id", "feed", "close")
    for symbol_id, feed, close in rows:
        closes[symbol_id, feed].append(close)
    return closes


def _row(
    symbol: Symbol, *, candle: Candle | None, signal: LastSignal | None, closes: list[float]
) -> SymbolRow:
    return SymbolRow(
        code=symbol.code,
        digits=symbol.digits,
        is_demo=symbol.is_demo,
        quote=quote(symbol, candle) if candle else None,
        spark=spark_path(closes),
        signal=signal,
    )


def quote(symbol: Symbol, candle: Candle) -> Quote:
    """The candle's last bid and ask; a crossed ask is read as bid plus the typical spread."""
    ask = candle.ask_close
    if candle.ask_source == AskSource.CROSSED:
        ask = candle.close + candle.typical_spread
    closed_at = candle.time + timedelta(minutes=1)
    return Quote(candle.close, ask, (ask - candle.close) / symbol.pip, closed_at)


def pips_away(signal: Signal, level: Decimal | None) -> float | None:
    """How far `level` is from the signal's price."""
    return None if level is None else float(abs(level - signal.price) / signal.pip_size)


def last_signal(signal: Signal, tally: Tally, *, now: datetime) -> LastSignal:
    return LastSignal(
        pk=signal.pk,
        action=signal.action,
        price=signal.price_text,
        sl=signal.level_text(signal.sl),
        tp=signal.level_text(signal.tp),
        sl_pips=pips_away(signal, signal.sl),
        tp_pips=pips_away(signal, signal.tp),
        confidence=signal.confidence,
        decided_at=signal.bar_closed_at,
        expires_at=signal.expires_at,
        is_open=signal.status == Signal.Status.OPEN,
        strategy=signal.strategy,
        version=signal.config_version.label,
        timeframe=signal.timeframe,
        late=signal.late,
        push_refusal="" if tally.total else push_refusal(signal, now=now),
        tally=tally,
    )
