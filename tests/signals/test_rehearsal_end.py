"""Where a rehearsal ends: with the last bar that opens before its end, as a backtest does."""

from datetime import UTC, datetime, timedelta

import pytest

from markets.columns import stored_bars
from markets.frames import Timeframe
from markets.models import Candle
from signals.rehearsal import begin_rehearsal, continue_rehearsal
from tests.builders import NOON, make_candles, make_config, make_symbol

SECOND = timedelta(seconds=1)
TEN = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_a_bar_that_opens_before_the_end_is_decided_on_whole():
    symbol = make_symbol()
    make_candles(symbol, start=TEN, closes=[1.1] * 60)
    make_config(symbol, timeframe="M15")
    terms = {"strategies": ["ema_rsi"], "feed": symbol.feed, "start": TEN, "now": NOON}

    run = begin_rehearsal(symbol, end=TEN.replace(minute=20), **terms)
    continue_rehearsal(run, now=lambda: NOON, on_progress=lambda progress: None)

    assert Candle.objects.count() == 60
    assert run.tracks.get().watermark == TEN.replace(minute=15)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("missing", "bar"),
    [((29,), 15), (range(29, 44), 15), (range(29, 60), 0)],
    ids=["a later minute shows it closed", "that one also ends a later bar", "nothing shows it"],
)
def test_the_last_bar_without_its_last_minute_is_decided_on_where_a_backtest_would(missing, bar):
    symbol = make_symbol()
    make_candles(symbol, start=TEN, closes=[1.1] * 60)
    Candle.objects.filter(time__in=[TEN.replace(minute=minute) for minute in missing]).delete()
    make_config(symbol, timeframe="M15")
    end = TEN.replace(minute=30)
    terms = {"strategies": ["ema_rsi"], "feed": symbol.feed, "start": TEN, "now": NOON}

    run = begin_rehearsal(symbol, end=end, **terms)
    continue_rehearsal(run, now=lambda: NOON, on_progress=lambda progress: None)
    tested = stored_bars(
        symbol, feed=symbol.feed, timeframe=Timeframe.M15, first=TEN, last=end - SECOND, before=0
    )

    assert run.tracks.get().watermark == tested.index[-1] == TEN.replace(minute=bar)
