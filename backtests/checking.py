"""What a strategy is checked on: stored candles, or the demo's where none are stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef

from backtests.checks.base import Subject
from backtests.checks.frames import bars_said
from backtests.plan import Plan
from backtests.running import terms_of
from markets.batch import batch_of
from markets.catalog import pair_of
from markets.columns import stored_bars
from markets.feeds.registry import FEEDS, is_demo
from markets.frames import BAR_COLUMNS, Timeframe, bar_index
from markets.history import default_feed, latest_time
from markets.models import Candle, Symbol
from strategies.base import Strategy

LEAST_BARS = 2_000  # beside the warm-up; fewer tell nothing about rare decisions
USUAL = timedelta(days=60)  # before the newest candle, where no period is named
DEMO_SYMBOL, DEMO_DAYS = "EURUSD", 14


class TooFewBars(Exception):
    """Not enough candles to check on; the text says what to do."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the bars of a check come from, as `said` tells."""

    symbol: Symbol
    feed: str
    bars: pd.DataFrame

    @property
    def said(self) -> str:
        count, made_up = bars_said(len(self.bars)), " (DEMO: made-up prices)"
        first, last = (f"{at:%Y-%m-%d %H:%M}" for at in (self.bars.index[0], self.bars.index[-1]))
        demo = made_up if is_demo(self.feed) else ""
        return f"{count} of {self.symbol.code} from feed {self.feed}{demo}, {first} to {last} UTC"


def subject_of(strategy: Strategy, source: Source) -> Subject:
    """The strategy on those bars, its entries held on the terms of a plan's defaults."""
    plan = Plan(
        symbols=(source.symbol.code,),
        feed=source.feed,
        start=source.bars.index[0].to_pydatetime(),
        end=source.bars.index[-1].to_pydatetime(),
        strategy=strategy.slug,
        tp_value=None if strategy.trails else 4.5,
    )
    terms = terms_of(plan, source.symbol, strategy)
    return Subject(strategy=strategy, bars=source.bars, terms=terms)


def source_of(
    code: str | None,
    *,
    feed: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    least: int,
    now: datetime,
) -> Source:
    """Bars that open in [start, end), the newest USUAL ones where neither is named.

    Without a symbol: the first with candles, imported ones before others, else the demo's.
    Raises TooFewBars with fewer than `least`.
    """
    symbol = _symbol(code, feed)
    if symbol is None:
        return demo_source(now=now)
    feed = feed or _feed(symbol, start, end, now)
    newest = latest_time(symbol, feed=feed)
    last = end - timedelta(minutes=1) if end else newest or now
    first = start or min(last, newest or last) - USUAL
    bars = stored_bars(symbol, feed=feed, timeframe=Timeframe.M1, first=first, last=last)
    if len(bars) < least:
        raise TooFewBars(
            f"{symbol.code} has {bars_said(len(bars))} from feed {feed} between {first:%Y-%m-%d} "
            f"and {last:%Y-%m-%d}; at least {least:,} are needed. Name a longer period, or import "
            f"candles: manage.py import_candles {symbol.code} FILE"
        )
    return Source(symbol=symbol, feed=feed, bars=bars)


def demo_source(*, now: datetime) -> Source:
    """Two weeks of the mock feed's prices, straight from their file; nothing is stored."""
    pair = pair_of(DEMO_SYMBOL)
    symbol = Symbol(
        code=DEMO_SYMBOL,
        digits=pair.digits,
        pip_size=pair.pip_size,
        typical_spread_pips=pair.spread_pips,
        feed="mock",
    )
    mock = FEEDS["mock"].from_settings(settings)
    sent = mock.closed_bars(symbol.for_feed(), after=now - timedelta(days=DEMO_DAYS), now=now)
    batch = batch_of(sent, code=symbol.code)
    values = np.column_stack([batch.bid, batch.volume, batch.ask])
    bars = pd.DataFrame(values, index=bar_index(batch.times), columns=pd.Index(BAR_COLUMNS))
    return Source(symbol=symbol, feed="mock", bars=bars)


def _symbol(code: str | None, feed: str | None) -> Symbol | None:
    """The one named, or the first with candles; None where none has any."""
    if code is not None:
        return Symbol.objects.get(code=code.upper())
    if Symbol._meta.db_table not in connection.introspection.table_names():
        return None  # a fresh clone: no database yet, and none is needed
    of_symbol = Candle.objects.filter(symbol=OuterRef("pk"), timeframe=Timeframe.M1)
    for wanted in [feed] if feed else ["stored", *FEEDS]:
        found = Symbol.objects.filter(Exists(of_symbol.filter(feed=wanted))).first()
        if found is not None:
            return found
    return None


def _feed(symbol: Symbol, start: datetime | None, end: datetime | None, now: datetime) -> str:
    epoch = datetime(1971, 1, 1, tzinfo=now.tzinfo)
    return default_feed(symbol, start=start or epoch, end=end or now)
