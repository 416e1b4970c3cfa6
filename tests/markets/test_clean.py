"""Bars that were stored by another process while the feed was still answering."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest

from markets.batch import batch_of
from markets.clean import Brought, store_clean
from markets.feeds.base import Feed, bar_of
from markets.feeds.registry import FEEDS
from markets.ingest import ingest, store_bars
from markets.models import Candle, CandleRevision
from tests.builders import NOON, make_symbol

pytestmark = pytest.mark.django_db

NOW = NOON + timedelta(minutes=3, seconds=3)


def bars(price=1.1):
    return [bar_of(NOON + timedelta(minutes=n), [price] * 4) for n in range(3)]


@dataclass(frozen=True, kw_only=True)
class Overtaken(Feed):
    """A slow feed: for EURUSD another process has stored the same minutes when it answers."""

    slug: ClassVar[str] = "overtaken"
    name: ClassVar[str] = "Overtaken"
    symbols: ClassVar[dict] = {}

    def closed_bars(self, symbol, *, after, now):
        if symbol.code == "EURUSD":
            store_bars(self.symbols[symbol.code], self.slug, bars()[:2], now=now)
        return bars()


def test_minutes_another_process_stored_meanwhile_are_stored_once(monkeypatch):
    monkeypatch.setitem(FEEDS, "overtaken", Overtaken)
    for code in ("EURUSD", "GBPUSD"):
        Overtaken.symbols[code] = make_symbol(code, feed="overtaken")

    report = ingest(now=NOW)

    assert [(one.code, one.result.stored) for one in report.symbols] == [
        ("EURUSD", 1),
        ("GBPUSD", 3),
    ]
    assert Candle.objects.count() == 6
    assert not CandleRevision.objects.exists()


def test_when_one_minute_was_there_already_nothing_of_the_others_is_left_behind():
    overtaken, other = make_symbol("EURUSD"), make_symbol("GBPUSD")
    store_bars(overtaken, "twelvedata", bars(), now=NOW)
    batch = batch_of(bars(1.2), code="EURUSD")
    brought = [
        Brought(overtaken, "twelvedata", batch, None),
        Brought(other, "twelvedata", batch, None),
    ]

    stored = store_clean(brought, now=NOW)

    assert stored == [False, False]
    assert set(Candle.objects.values_list("symbol__code", "close")) == {("EURUSD", 1.1)}
