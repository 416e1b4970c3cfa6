from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from audit.models import Event
from markets.feeds.base import Bar, bar_of
from markets.frames import Timeframe
from markets.history import bars_after
from markets.ingest import store_bars
from markets.models import Candle, CandleRevision, RejectedBar
from tests.builders import make_symbol

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)  # a Wednesday
NOW = START + timedelta(hours=2)


def bar(n: int, close: float = 1.1, **values) -> Bar:
    """Minute n after START around `close`, with an ask one pip above."""
    bid = (close, close + 0.0002, close - 0.0002, close)
    made = bar_of(START + timedelta(minutes=n), bid, ask=[price + 0.0001 for price in bid])
    return replace(made, **values)


def reasons(result) -> list[str]:
    return [rejection.reason for rejection in result.rejected]


def test_good_bars_become_candles_and_again_they_are_duplicates():
    symbol = make_symbol()

    first = store_bars(symbol, "push", [bar(0), bar(1)], now=NOW)
    second = store_bars(symbol, "push", [bar(0), bar(1)], now=NOW)

    assert (first.stored, first.duplicates) == (2, 0)
    assert (second.stored, second.duplicates, second.revised) == (0, 2, 0)
    candle = Candle.objects.get(time=START)
    assert (candle.close, candle.ask_source, candle.observed_at) == (1.1, "feed", NOW)
    assert not Event.objects.exists()


def test_another_value_for_a_stored_minute_is_kept_beside_and_changes_nothing():
    symbol = make_symbol()
    store_bars(symbol, "push", [bar(0)], now=NOW)

    first = store_bars(symbol, "push", [bar(0, close=1.1005)], now=NOW)
    again = store_bars(symbol, "push", [bar(0, close=1.1005)], now=NOW)

    assert (first.stored, first.revised) == (0, 1)
    assert (again.revised, again.duplicates) == (0, 1)
    assert Candle.objects.get().close == 1.1
    assert CandleRevision.objects.get().close == 1.1005
    assert list(Event.objects.values_list("kind", flat=True)) == ["bars.revised"]


def test_a_minute_sent_twice_in_one_call_keeps_its_first_value():
    result = store_bars(make_symbol(), "push", [bar(0), bar(0, close=1.1004)], now=NOW)

    assert (result.stored, result.revised) == (1, 1)
    assert Candle.objects.get().close == 1.1


def test_a_bar_without_an_ask_gets_the_typical_spread_and_says_so():
    symbol = make_symbol(typical_spread_pips=1.5)
    bid_only = replace(bar(0), ask_open=None, ask_high=None, ask_low=None, ask_close=None)

    store_bars(symbol, "push", [bid_only], now=NOW)

    candle = Candle.objects.get()
    assert candle.ask_source == "typical"
    assert candle.ask_close == pytest.approx(1.10015)


def test_a_crossed_quote_keeps_its_raw_ask_and_is_read_with_the_typical_spread():
    symbol = make_symbol(typical_spread_pips=1.0)

    store_bars(symbol, "push", [bar(0, ask_open=1.0999, ask_close=1.0999)], now=NOW)
    symbol.typical_spread_pips = 9.0
    symbol.save()
    bars = bars_after(symbol, feed="push", timeframe=Timeframe.M1, after=None, warmup=0, limit=9)

    candle = Candle.objects.get()
    assert (candle.ask_source, candle.ask_close) == ("crossed", 1.0999)
    assert bars["ask_close"].iloc[0] == pytest.approx(1.1001), "the spread of its own time"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"close": float("nan")}, "a price is not a number"),
        ({"high": float("inf")}, "a price is not a number"),
        ({"low": 0.0}, "a price is zero or negative"),
        ({"low": -1.1}, "a price is zero or negative"),
        ({"high": 1.09, "low": 1.11}, "low and high do not enclose open and close"),
        ({"open": 1.2}, "low and high do not enclose open and close"),
        ({"ask_close": float("nan")}, "an ask price is missing or not a number"),
        ({"ask_close": None}, "an ask price is missing or not a number"),
        ({"ask_high": 1.0}, "ask low and high do not enclose ask open and close"),
        ({"volume": -1.0}, "the volume is not a count"),
        ({"symbol": "GBPUSD"}, "is a bar of GBPUSD, not of EURUSD"),
        ({"timeframe": "M5"}, "is a M5 bar; only M1 bars are stored"),
        ({"time": START + timedelta(seconds=30)}, "its time is not a whole minute"),
        ({"time": START.replace(tzinfo=None)}, "its time has no time zone"),
        ({"time": NOW}, "the bar is not closed yet"),
        ({"time": NOW + timedelta(minutes=1)}, "its time is in the future"),
        ({"time": datetime(1, 1, 1, tzinfo=UTC)}, "its time is before 1971"),
        ({"time": datetime.fromtimestamp(0, UTC)}, "its time is before 1971"),
    ],
)
def test_a_bar_that_is_wrong_by_itself_is_kept_aside_with_its_reason(values, reason):
    symbol = make_symbol()

    result = store_bars(symbol, "push", [bar(0), bar(1, **values)], now=NOW)

    assert (result.stored, reasons(result)) == (1, [reason])
    assert Candle.objects.count() == 1
    assert RejectedBar.objects.get().reason == reason
    assert Event.objects.get().kind == "bars.rejected"


def test_a_bar_older_than_the_newest_is_refused_where_the_desk_asks_and_welcome_where_it_is_sent():
    symbol = make_symbol()

    for feed in ("mock", "push", "stored"):
        store_bars(symbol, feed, [bar(5)], now=NOW)
    asked = store_bars(symbol, "mock", [bar(3)], now=NOW)
    pushed = store_bars(symbol, "push", [bar(3)], now=NOW)
    imported = store_bars(symbol, "stored", [bar(3)], now=NOW)

    assert "older than a bar that came before it" in reasons(asked)[0]
    assert (pushed.stored, imported.stored) == (1, 1)


def test_a_jump_is_refused_until_three_bars_agree():
    symbol = make_symbol()
    store_bars(symbol, "push", [bar(0)], now=NOW)

    results = [store_bars(symbol, "push", [bar(n, close=1.2)], now=NOW) for n in (1, 2, 3, 4)]

    assert [result.stored for result in results] == [0, 0, 1, 1]
    assert reasons(results[0]) == ["jumps 9.1% from the close before it (1.1)"]


def test_a_single_spike_is_refused_and_the_old_level_goes_on():
    symbol = make_symbol()

    result = store_bars(symbol, "push", [bar(0), bar(1, close=1.3), bar(2), bar(3)], now=NOW)

    assert result.stored == 3
    assert RejectedBar.objects.get().time == START + timedelta(minutes=1)


def test_a_jump_over_the_weekend_is_believed():
    symbol = make_symbol(feed="push")
    friday = datetime(2026, 11, 20, 21, 59, tzinfo=UTC)
    sunday = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)

    bars = [bar(0, time=friday), bar(0, close=1.2, time=sunday)]
    result = store_bars(symbol, "push", bars, now=sunday + timedelta(hours=1))

    assert result.stored == 2


def test_the_same_bad_bars_again_are_no_news_and_no_new_rows():
    symbol = make_symbol()
    bad = [bar(n, close=-1.0) for n in range(5)]

    store_bars(symbol, "push", bad, now=NOW)
    store_bars(symbol, "push", bad, now=NOW + timedelta(minutes=1))

    assert RejectedBar.objects.count() == 5
    assert Event.objects.filter(kind="bars.rejected").count() == 1


def test_ten_thousand_bad_bars_are_all_explained_and_cheaply_kept(django_assert_max_num_queries):
    symbol = make_symbol()
    bad = [bar(n % 100, close=-1.0 - n) for n in range(10_000)]

    with django_assert_max_num_queries(20):
        result = store_bars(symbol, "push", bad, now=NOW)

    assert len(result.rejected) == 10_000
    assert RejectedBar.objects.count() == 1_000


def test_of_30_000_bars_with_faults_mixed_in_only_the_good_are_stored_and_each_fault_explained():
    symbol, start = make_symbol(), datetime(2026, 10, 1, tzinfo=UTC)
    faults = {
        "nan": {"close": float("nan")},
        "negative": {"low": -1.0},
        "swapped": {"high": 1.09, "low": 1.11},
        "future": {"time": NOW + timedelta(days=900)},
        "late": {"time": start - timedelta(days=3)},
    }
    kinds = list(faults)
    bars, bad_lines, repeated = [], set(), 0
    for n in range(30_000):
        good = bar(0, close=1.1 + (n % 50) / 10_000, time=start + timedelta(minutes=n), line=n + 1)
        if n % 10 == 7:
            bars.append(replace(good, **faults[kinds[n // 10 % 5]]))
            bad_lines.add(n + 1)
        elif n % 1000 == 500:
            bars.append(replace(bars[-1], line=n + 1))
            repeated += 1
        else:
            bars.append(good)

    result = store_bars(symbol, "mock", bars, now=NOW)

    assert {rejection.line for rejection in result.rejected} == bad_lines
    assert all(rejection.reason for rejection in result.rejected)
    assert (result.stored, result.duplicates) == (30_000 - len(bad_lines) - repeated, repeated)
    assert Candle.objects.count() == result.stored
    assert not Candle.objects.filter(time__gt=NOW).exists()
    assert not Candle.objects.filter(time__lt=start).exists()
    assert Event.objects.filter(kind="bars.rejected").count() == 1


@pytest.mark.parametrize("count", [1, 50, 51, 501])
def test_however_many_come_at_once_each_is_stored_as_it_was_sent(count):
    close = [1.1 + n % 37 / 30_011 for n in range(count)]  # numbers of all their digits
    bars = [bar(n - count, close[n], volume=n / 7) for n in range(count)]
    no_ask = dict.fromkeys(("ask_open", "ask_high", "ask_low", "ask_close"))
    bars[1::3] = [replace(b, **no_ask) for b in bars[1::3]]
    bars[2::3] = [replace(b, ask_open=b.ask_low, ask_close=b.ask_low) for b in bars[2::3]]
    symbol = make_symbol(typical_spread_pips=1.5)
    store_bars(symbol, "stored", bars[::5], now=NOW)

    result = store_bars(symbol, "stored", bars, now=NOW)

    assert (result.stored, result.duplicates) == (count - len(bars[::5]), len(bars[::5]))
    stored = Candle.objects.order_by("time")
    prices = stored.values_list("time", "open", "high", "low", "close", "volume")
    sent = [(b.time, b.open, b.high, b.low, b.close, b.volume) for b in bars]
    assert list(prices) == sent
    sources = [("feed", "typical", "crossed")[n % 3] for n in range(count)]
    assert list(stored.values_list("ask_source", flat=True)) == sources
    asks = stored.values_list("ask_close", flat=True)
    assert list(asks) == [
        pytest.approx(b.close + 0.00015) if b.ask_close is None else b.ask_close for b in bars
    ]
    assert set(stored.values_list("feed", "timeframe", "typical_spread", "observed_at")) == {
        ("stored", "M1", symbol.typical_spread, NOW)
    }
