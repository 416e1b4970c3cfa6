"""Windows kept in a process are what the database says, whatever happened to it meanwhile."""

from datetime import timedelta

import numpy as np
import pytest

from markets.frames import Timeframe
from markets.history import bars_after
from markets.models import Candle
from markets.windows import Wanted, Windows
from tests.builders import NOON, make_candles, make_symbol

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
WARMUP = 30


@pytest.fixture
def symbol():
    symbol = make_symbol(feed="push")
    make_candles(symbol, start=NOON, closes=[1.1 + n / 1e5 for n in range(50)])
    return symbol


def is_what_is_stored(windows, symbol, after):
    """The window holds the values `bars_after` reads, and no others where they are asked for."""
    wanted = Wanted((symbol.pk, symbol.feed), int(after.timestamp()), WARMUP)
    window = windows.windows([wanted])[wanted.key]
    stored = bars_after(
        symbol, feed="push", timeframe=Timeframe.M1, after=after, warmup=WARMUP, limit=500
    )
    bars = window.bars(len(window.times) - len(stored), len(window.times))
    return np.array_equal(bars.to_numpy(), stored.to_numpy()) and bars.index.equals(stored.index)


def test_a_window_is_carried_on_with_what_is_stored_later(symbol, django_assert_num_queries):
    windows = Windows()
    is_what_is_stored(windows, symbol, NOON + 40 * MINUTE)
    make_candles(symbol, start=NOON + 50 * MINUTE, closes=[1.2], ask_source="crossed")

    with django_assert_num_queries(2 + 2):
        assert is_what_is_stored(windows, symbol, NOON + 49 * MINUTE)


@pytest.mark.parametrize("count", [1, 2, 59, 60, 61, 62, 90, 200])
def test_however_many_minutes_come_at_once_each_has_its_warm_up(symbol, count):
    windows = Windows()
    make_candles(symbol, start=NOON + 50 * MINUTE, closes=[1.2] * 40)
    assert is_what_is_stored(windows, symbol, NOON + 50 * MINUTE)
    assert is_what_is_stored(windows, symbol, NOON + 89 * MINUTE)

    make_candles(symbol, start=NOON + 90 * MINUTE, closes=[1.3] * count)

    assert is_what_is_stored(windows, symbol, NOON + 89 * MINUTE)


def test_a_minute_stored_late_is_seen(symbol):
    windows = Windows()
    Candle.objects.filter(time=NOON + 35 * MINUTE).delete()
    assert is_what_is_stored(windows, symbol, NOON + 40 * MINUTE)

    make_candles(symbol, start=NOON + 35 * MINUTE, closes=[1.3])

    assert is_what_is_stored(windows, symbol, NOON + 40 * MINUTE)


def test_minutes_that_are_deleted_are_gone(symbol):
    windows = Windows()
    assert is_what_is_stored(windows, symbol, NOON + 40 * MINUTE)

    Candle.objects.filter(time__lt=NOON + 20 * MINUTE).delete()

    assert is_what_is_stored(windows, symbol, NOON + 40 * MINUTE)


def test_history_stored_before_a_whole_window_is_seen(symbol):
    windows = Windows()
    assert is_what_is_stored(windows, symbol, NOON + 20 * MINUTE)

    make_candles(symbol, start=NOON - 30 * MINUTE, closes=[1.0] * 30)

    assert is_what_is_stored(windows, symbol, NOON + 20 * MINUTE)


def test_an_earlier_watermark_than_the_window_reaches_is_read_anew(symbol):
    windows = Windows()
    make_candles(symbol, start=NOON + 50 * MINUTE, closes=[1.2] * 100)
    assert is_what_is_stored(windows, symbol, NOON + 140 * MINUTE)

    assert is_what_is_stored(windows, symbol, NOON + 45 * MINUTE)


def test_a_window_does_not_grow_for_ever_and_the_least_used_makes_room(symbol):
    windows, other = Windows(limit=1), make_symbol("GBPUSD", feed="push")
    make_candles(other, start=NOON, closes=[1.2] * 5)
    key = (symbol.pk, "push")
    for minute in range(50, 200):
        make_candles(symbol, start=NOON + minute * MINUTE, closes=[1.2])
        after = int((NOON + (minute - 1) * MINUTE).timestamp())
        window = windows.windows([Wanted(key, after, WARMUP)])[key]

    windows.windows([Wanted((other.pk, "push"), int(NOON.timestamp()), WARMUP)])

    assert len(window.times) <= WARMUP + 1 + 60
    assert len(windows) == 1
