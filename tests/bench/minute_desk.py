"""A desk of many symbols with three strategies each, and what one of its minutes costs.

`seed` fills an empty database; `minute` lets the clock go one minute on and ticks once; `naive`
does the same work the obvious way. `make bench WHAT=minute` prints them beside each other.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import ta
from django.db import connection, transaction

from markets.batch import Batch
from markets.feeds.mock import Mock
from markets.feeds.synthetic import synthetic_bars
from markets.models import AskSource, Candle, Symbol
from markets.rows import insert_candles
from risk.versions import ensure_settings
from signals import engine
from signals.models import Run, Signal, Track
from strategies.models import ConfigVersion, StrategyConfig
from strategies.registry import STRATEGIES, code_hash
from strategies.versions import new_config

BEGIN = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # a Wednesday
HISTORY = 420  # bars a symbol: the longest memory of the three strategies is 392
MINUTE = timedelta(minutes=1)
NAIVE_BARS = 400


@dataclass
class Split:
    """Where the seconds of one minute went; what is neither of the others is `python`."""

    seconds: float = 0.0
    database: float = 0.0  # waiting for statements; turning rows into values is Python
    indicators: float = 0.0  # the strategies' own columns
    prices: float = 0.0  # making up the feed's prices, which no real desk does
    queries: int = 0
    bars: int = 0
    signals: int = 0
    parts: dict[str, float] = field(default_factory=dict)

    @property
    def python(self) -> float:
        """All the rest."""
        return self.seconds - self.database - self.indicators - self.prices


def codes(count: int) -> list[str]:
    """Names of as many pairs."""
    return [f"X{number:05d}" for number in range(count)]


@transaction.atomic
def seed(count: int, *, begin: datetime = BEGIN, feed: str = "mock") -> None:
    """`count` symbols that ran three strategies up to `begin`, with the bars they need."""
    symbols = Symbol.objects.bulk_create(
        Symbol(code=code, feed=feed, typical_spread_pips=0.6) for code in codes(count)
    )
    configs = [new_config(symbol, slug) for symbol in symbols for slug in STRATEGIES]
    for config in configs:
        config.updated_at = begin
    StrategyConfig.objects.bulk_create(configs)
    hashes = {slug: code_hash(slug) for slug in STRATEGIES}
    ConfigVersion.objects.bulk_create(
        ConfigVersion(
            config=config,
            number=1,
            snapshot=config.snapshot(),
            changes="first",
            code_hash=hashes[config.strategy],
            created_at=begin,
            created_by="bench",
        )
        for config in configs
    )
    ensure_settings(by="bench", now=begin)
    run, _ = Run.objects.get_or_create(kind=Run.Kind.LIVE, defaults={"started_at": begin})
    last = begin - MINUTE
    Track.objects.bulk_create(
        Track(run=run, config=config, feed=feed, starts_after=last, last_bar=last)
        for config in configs
    )
    for symbol in symbols:
        _store(symbol, feed, begin, HISTORY)


def _store(symbol: Symbol, feed: str, end: datetime, count: int) -> None:
    last = int(end.timestamp()) // 60
    minutes = np.arange(last - count, last, dtype=np.int64)
    bid, spread = synthetic_bars(symbol.for_feed(), minutes)
    ask = np.round(bid + spread[:, None] * symbol.pip, symbol.digits)
    nothing = np.zeros(count)
    every = np.ones(count, dtype=np.bool_)
    batch = Batch(minutes * 60, bid, ask, every, nothing, np.arange(1, count + 1))
    source = np.full(count, AskSource.FEED.value)
    insert_candles(symbol, feed, batch, ask, source, now=end)


def minute(number: int, *, begin: datetime = BEGIN) -> Split:
    """The tick after minute `number` (from 0), three seconds late as the scheduler has it."""
    split = Split()
    with measured(split):
        beat = engine.tick(now=begin + (number + 1) * MINUTE + timedelta(seconds=3))
    split.bars, split.signals = beat.bars, beat.signals
    return split


@contextmanager
def measured(split: Split) -> Iterator[None]:
    """Add what is spent inside to `split`."""
    with ExitStack() as stack:
        stack.enter_context(connection.execute_wrapper(_timed_query(split)))
        for strategy in STRATEGIES.values():
            stack.enter_context(_timed(strategy, "decisions", split, "indicators"))
        stack.enter_context(_timed(Mock, "closed_bars", split, "prices"))
        started = time.perf_counter()
        yield
        split.seconds += time.perf_counter() - started


def _timed_query(split: Split) -> Callable[..., Any]:
    def wrapper(execute: Callable[..., Any], *args: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(*args)
        finally:
            split.database += time.perf_counter() - started
            split.queries += 1

    return wrapper


@contextmanager
def _timed(owner: type, name: str, split: Split, part: str) -> Iterator[None]:
    """Time spent in a method of `owner`, from outside."""
    kept = owner.__dict__[name]

    def timed(*args: Any, **kwargs: Any) -> Any:
        started = time.perf_counter()
        try:
            return kept(*args, **kwargs)
        finally:
            setattr(split, part, getattr(split, part) + time.perf_counter() - started)

    setattr(owner, name, timed)
    try:
        yield
    finally:
        setattr(owner, name, kept)


def naive(number: int, count: int, *, begin: datetime = BEGIN) -> float:
    """Seconds the obvious design takes for `count` symbols: objects, `ta`, a save for each signal.

    It stores nothing that stays, and has no positions, guards, journal or messages to keep.
    """
    started = time.perf_counter()
    close_time = begin + (number + 1) * MINUTE
    with transaction.atomic():
        for symbol in Symbol.objects.enabled()[:count]:
            _store(symbol, symbol.feed, close_time, 1)
            bars = _naive_window(symbol)
            for slug in STRATEGIES:
                _NAIVE[slug](bars)
            Signal.objects.filter(symbol=symbol).order_by("-bar_time").first()
        transaction.set_rollback(True)
    return time.perf_counter() - started


def _naive_window(symbol: Symbol) -> pd.DataFrame:
    newest = Candle.objects.filter(symbol=symbol, feed=symbol.feed).order_by("-time")[:NAIVE_BARS]
    rows = [(c.time, c.open, c.high, c.low, c.close) for c in reversed(newest)]
    return pd.DataFrame(rows, columns=["time", "open", "high", "low", "close"]).set_index("time")


def _naive_ema_rsi(bars: pd.DataFrame) -> bool:
    close = bars["close"]
    fast, slow = (ta.trend.ema_indicator(close, period) for period in (12, 26))
    rsi = ta.momentum.rsi(close, 14)
    ta.volatility.average_true_range(bars["high"], bars["low"], close, 14)
    return bool((fast > slow).iloc[-1] and rsi.iloc[-1] > 50)


def _naive_donchian(bars: pd.DataFrame) -> bool:
    channel = ta.volatility.DonchianChannel(bars["high"], bars["low"], bars["close"], 20)
    ta.volatility.average_true_range(bars["high"], bars["low"], bars["close"], 14)
    return bool(bars["close"].iloc[-1] > channel.donchian_channel_hband().iloc[-2])


def _naive_meanrev(bars: pd.DataFrame) -> bool:
    bands = ta.volatility.BollingerBands(bars["close"], 20, 2)
    adx = ta.trend.adx(bars["high"], bars["low"], bars["close"], 14)
    ta.volatility.average_true_range(bars["high"], bars["low"], bars["close"], 14)
    return bool(bars["close"].iloc[-1] < bands.bollinger_lband().iloc[-1] and adx.iloc[-1] < 25)


_NAIVE = {
    "ema_rsi": _naive_ema_rsi,
    "donchian_atr": _naive_donchian,
    "meanrev_bb": _naive_meanrev,
}
