from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from markets.frames import BAR_COLUMNS, Timeframe, empty_bars
from markets.history import bars_after, latest_candle
from tests.builders import make_candles, make_symbol

START = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def minute(n: int) -> datetime:
    return START + timedelta(minutes=n)


def read(symbol, **asked):
    defaults = {"feed": "mock", "timeframe": Timeframe.M1, "after": None, "warmup": 0, "limit": 99}
    return bars_after(symbol, **{**defaults, **asked})


def test_warm_up_bars_come_before_and_new_bars_after():
    symbol = make_symbol()
    make_candles(symbol, start=START, closes=[1.1 + n / 1000 for n in range(10)])

    bars = read(symbol, after=minute(5), warmup=3, limit=2)

    assert list(bars.index) == [minute(n) for n in (3, 4, 5, 6, 7)]
    assert list(bars.columns) == BAR_COLUMNS
    assert bars["close"].iloc[0] == 1.103
    assert bars.dtypes.eq("float64").all()


def test_without_a_watermark_reading_starts_at_the_first_bar():
    symbol = make_symbol()
    make_candles(symbol, start=START, closes=[1.1] * 5)

    assert list(read(symbol, warmup=300, limit=2).index) == [minute(0), minute(1)]


def test_no_bar_from_until_on_is_read():
    symbol = make_symbol()
    make_candles(symbol, start=START, closes=[1.1] * 10)

    assert read(symbol, after=minute(2), until=minute(5)).index[-1] == minute(4)


def test_feeds_are_never_mixed():
    symbol = make_symbol()
    make_candles(symbol, start=START, closes=[1.1] * 3, feed="mock")
    make_candles(symbol, start=minute(3), closes=[1.2] * 3, feed="push")

    assert len(read(symbol, feed="push")) == 3
    assert read(symbol, feed="stored").equals(empty_bars())


def test_a_crossed_ask_is_read_as_bid_plus_typical_spread():
    symbol = make_symbol(typical_spread_pips=1.5)
    make_candles(symbol, start=START, closes=[1.1], ask_source="crossed", ask_shift=-0.0002)

    bars = read(symbol)

    assert bars["ask_close"].iloc[0] == pytest.approx(1.1 + 0.00015, abs=1e-12)


def test_longer_bars_are_whole_on_both_sides_of_the_watermark():
    symbol = make_symbol()
    make_candles(symbol, start=minute(2), closes=[1.1 + n / 1000 for n in range(30)])  # to 10:31

    bars = read(symbol, timeframe=Timeframe.M5, after=minute(15), warmup=2, limit=9)

    assert [t.minute for t in bars.index] == [10, 15, 20, 25]
    assert bars["volume"].tolist() == [5.0] * 4


def test_longer_bars_do_not_look_past_until():
    symbol = make_symbol()
    make_candles(symbol, start=START, closes=[1.1] * 30)

    bars = read(symbol, timeframe=Timeframe.M5, after=None, until=minute(14))

    assert [t.minute for t in bars.index] == [0, 5]


@pytest.mark.parametrize("timeframe", list(Timeframe))
def test_reading_takes_two_queries_at_most(timeframe):
    symbol = make_symbol()
    make_candles(symbol, start=START, closes=[1.1] * 130)

    with CaptureQueriesContext(connection) as queries:
        read(symbol, timeframe=timeframe, after=minute(60), warmup=300)

    assert len(queries) <= 2


def test_times_are_read_to_the_minute_in_utc():
    symbol = make_symbol()
    make_candles(symbol, start=START, closes=[1.1])

    assert read(symbol).index.equals(pd.DatetimeIndex([START], name="time").as_unit("us"))
    assert latest_candle(symbol, feed="mock").time == START
