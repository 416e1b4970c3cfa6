"""Minutes with bad ones mixed in, 30,000 on SQLite, decide exactly what the good ones decide."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from markets.feeds.base import Bar, bar_of
from markets.ingest import store_bars
from markets.models import Candle, RejectedBar, Symbol
from signals.models import Run, Signal
from signals.rehearsal import begin_rehearsal, continue_rehearsal
from tests.builders import NOON, make_config, make_symbol

MINUTES = 30_000 if connection.vendor == "sqlite" else 6_000  # what follows the rows is the same
START = datetime(2026, 10, 20, tzinfo=UTC)
END = START + timedelta(minutes=MINUTES)
CHUNK = 500  # bars a request, as a script would push them

pytestmark = pytest.mark.django_db


def walk(seed: int) -> list[Bar]:
    """A calm random walk, both sides, a quarter of a pip to two pips a minute."""
    chance, price, bars = random.Random(seed), 1.1, []
    for minute in range(MINUTES):
        close = round(price + chance.gauss(0, 0.00012), 5)
        high = round(max(price, close) + abs(chance.gauss(0, 0.00006)), 5)
        low = round(min(price, close) - abs(chance.gauss(0, 0.00006)), 5)
        bid = (price, high, low, close)
        ask = [round(side + 0.00008, 5) for side in bid]
        bars.append(bar_of(START + timedelta(minutes=minute), bid, ask=ask))
        price = close
    return bars


def spoiled(bar: Bar, kind: str) -> Bar:
    """A copy of `bar` that must never be stored."""
    match kind:
        case "nan":
            return replace(bar, close=math.nan)
        case "infinite":
            return replace(bar, high=math.inf)
        case "negative":
            return replace(bar, low=-bar.low)
        case "swapped":
            return replace(bar, high=bar.low - 0.0001, low=bar.high + 0.0001)
        case "future":
            return replace(bar, time=END + timedelta(days=1))
        case "jump":
            scale = {side: getattr(bar, side) * 3 for side in ("open", "high", "low", "close")}
            return replace(bar, **scale)
    raise ValueError(kind)


KINDS = ("nan", "infinite", "negative", "swapped", "future", "jump")


def with_bad_bars(bars: Sequence[Bar], seed: int) -> list[Bar]:
    """Every fifth minute or so brings company: a bad copy, a duplicate, or a swap of two."""
    chance, mixed = random.Random(seed), []
    for bar in bars:
        if chance.random() < 0.15:
            mixed.append(spoiled(bar, chance.choice(KINDS)))
        mixed.append(bar)
        if chance.random() < 0.05:
            mixed.append(bar)
        if len(mixed) % CHUNK > 1 and chance.random() < 0.05:
            mixed[-1], mixed[-2] = mixed[-2], mixed[-1]
    return mixed


def push(symbol: Symbol, bars: Sequence[Bar]) -> int:
    """Store the bars request by request; how many were stored."""
    chunks = (bars[at : at + CHUNK] for at in range(0, len(bars), CHUNK))
    return sum(store_bars(symbol, "push", chunk, now=END).stored for chunk in chunks)


def rehearsed(symbol: Symbol) -> list[tuple]:
    """What the engine decides over the symbol's candles."""
    terms = {"strategies": ["ema_rsi", "donchian_atr", "meanrev_bb"], "feed": "push"}
    run = begin_rehearsal(symbol, start=START, end=END, now=NOON, **terms)
    continue_rehearsal(run, now=lambda: NOON, on_progress=lambda progress: None)
    rows = Signal.objects.filter(run=run).order_by("bar_time", "strategy")
    return list(rows.values_list("bar_time", "strategy", "action", "price", "sl", "tp"))


@pytest.mark.long
def test_no_signal_comes_from_a_bad_bar_and_every_reject_is_explained():
    clean, dirty = make_symbol("EURUSD", feed="push"), make_symbol("GBPUSD", feed="push")
    for symbol in (clean, dirty):
        for slug in ("ema_rsi", "donchian_atr", "meanrev_bb"):
            make_config(symbol, slug)
    bars = walk(seed=7)
    push(clean, bars)

    stored = push(dirty, with_bad_bars(bars, seed=8))

    assert stored == MINUTES == Candle.objects.filter(symbol=clean).count()
    rejects = RejectedBar.objects.filter(symbol=dirty)
    assert rejects.exists() and not rejects.filter(reason="").exists()
    decided = rehearsed(dirty)
    assert len(decided) > MINUTES / 30
    assert decided == rehearsed(clean)
    assert Run.objects.filter(finished_at__isnull=False).count() == 2
