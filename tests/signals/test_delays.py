"""The price somebody saw when they heard of a signal, and what the delay cost them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.models import Delivery
from markets.models import Candle
from signals.delays import delay_cost, lost
from signals.models import PriceSeen, Signal
from signals.prices_seen import note_prices_seen
from tests.builders import (
    NOON,
    make_candles,
    make_delivery,
    make_message,
    make_recipient,
    make_signal,
    make_symbol,
)
from tests.signals.stored_signals import make_position

SECONDS = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
PRICES = st.floats(0.5, 2.0)


def make_told(*, feed="push", closes=(1.0852, 1.0853, 1.0854), ask_source="feed", **values):
    """A signal of the bar that closed at noon, whose next minutes open at `closes`."""
    symbol = Signal.objects.exists() or make_symbol(feed=feed)
    if symbol is not True:
        make_candles(symbol, start=NOON, closes=closes, ask_source=ask_source)
    told = {"bar_closed_at": NOON, "bar_time": NOON - MINUTE, "expires_at": NOON + 120 * MINUTE}
    return make_signal(price=Decimal("1.08520"), **{**told, **values})


def make_copy(signal, *, repeat="", recipient=None, **seconds):
    """A copy sent, delivered or read so many seconds after noon."""
    times = {f"{step}_at": NOON + count * SECONDS for step, count in seconds.items()}
    message = make_message(f"{signal.message_key}{repeat}")
    return make_delivery(
        message=message, recipient=recipient, state="read", **{**times, "has_new_times": True}
    )


def seen(signal, *, now=NOON + timedelta(hours=1)):
    note_prices_seen(now=now)
    row = PriceSeen.objects.get(signal=signal)
    return [price and str(price)[:7] for price in (row.sent_price, row.delivered_price)]


@given(close=PRICES, price=PRICES)
def test_who_buys_loses_when_the_price_rose_and_who_sells_when_it_fell(close, price):
    assert (lost(close, price, buys=True) > 0) == (price > close)
    assert lost(close, price, buys=False) == -lost(close, price, buys=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("action", "prices"),
    [("BUY", ["1.08540", "1.08550"]), ("SELL", ["1.08530", "1.08540"])],
)
def test_it_is_the_first_open_from_that_moment_on_on_the_side_one_deals_at(action, prices):
    levels = {"sl": Decimal("1.0872"), "tp": Decimal("1.0832")} if action == "SELL" else {}
    signal = make_told(action=action, **levels)
    make_copy(signal, sent=4, delivered=61)

    assert seen(signal) == prices


@pytest.mark.django_db
def test_a_flat_is_dealt_at_the_side_that_closes_what_it_ends():
    entry = make_told(bar_time=NOON - 9 * MINUTE)
    flat = make_told(action="FLAT", sl=None, tp=None, ends=entry)
    make_copy(flat, sent=4)

    assert seen(flat)[0] == "1.08530"


@pytest.mark.django_db
def test_a_crossed_ask_is_read_with_the_typical_spread():
    symbol = make_symbol(feed="push")
    candles = {"start": NOON, "closes": [1.0852] * 3}
    make_candles(symbol, **candles, ask_source="crossed", ask_shift=-0.0005)
    signal = make_signal(price=Decimal("1.08520"), bar_closed_at=NOON)
    make_copy(signal, sent=4)

    assert seen(signal)[0] == "1.08530"


@pytest.mark.django_db
def test_a_price_waits_for_its_bar_and_is_found_when_that_is_stored():
    signal = make_told(closes=(1.0852,))
    make_copy(signal, sent=4)

    early = seen(signal, now=NOON + 63 * SECONDS)
    make_candles(signal.symbol, start=NOON + MINUTE, closes=[1.0860])

    assert early[0] is None
    assert seen(signal, now=NOON + 130 * SECONDS)[0] == "1.08610"
    assert PriceSeen.objects.get().due_at is None


@pytest.mark.django_db
def test_a_gap_of_more_than_five_minutes_says_nothing_and_is_given_up_after_a_day():
    signal = make_told(closes=(1.0852,))
    make_candles(signal.symbol, start=NOON + 7 * MINUTE, closes=[1.0900])
    make_copy(signal, sent=4)

    prices = [seen(signal, now=NOON + timedelta(hours=hours)) for hours in (1, 3, 30, 60)]

    assert prices == [[None, None]] * 4
    assert PriceSeen.objects.get().due_at is None


@pytest.mark.django_db
def test_who_reads_on_saturday_sees_the_first_price_of_sunday():
    signal = make_told()
    saturday = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    sunday = datetime(2026, 11, 22, 22, 1, tzinfo=UTC)  # 17:01 in New York
    make_copy(signal, sent=(saturday - NOON).total_seconds())

    waiting = seen(signal, now=saturday + timedelta(hours=1))
    due_at = PriceSeen.objects.get().due_at
    make_candles(signal.symbol, start=sunday, closes=[1.0900])

    assert waiting == [None, None]
    assert due_at == sunday
    assert seen(signal, now=sunday + 2 * MINUTE)[0] == "1.09010"


@pytest.mark.django_db
def test_what_is_no_signal_is_left_out_and_so_is_the_demo_phone_beside_real_prices():
    signal = make_told()
    phone = make_recipient("Demo phone", channel="preview", address="demo")
    make_copy(signal, sent=4, recipient=phone)
    make_delivery(message=make_message("result:1", kind="result"), state="sent").save()
    Delivery.objects.update(has_new_times=True)

    note_prices_seen(now=NOON + timedelta(hours=1))

    assert not PriceSeen.objects.exists()
    assert not Delivery.objects.filter(has_new_times=True).exists()


@pytest.mark.django_db
def test_the_cost_is_counted_over_first_sends_while_the_idea_was_alive():
    signal = make_told()  # a risk of 19.7 pips: 1.08520 to 1.08323
    make_copy(signal, sent=4, delivered=5)
    make_copy(signal, sent=61, delivered=62, read=3 * 60 * 60)
    make_copy(signal, repeat=":resend:1", sent=61)
    note_prices_seen(now=NOON + timedelta(hours=4))

    cost = delay_cost(Signal.objects.all())

    assert (cost.sent.copies, cost.sent.mean_pips) == (2, pytest.approx(2.5))
    assert cost.sent.mean_r == pytest.approx(2.5 / 19.7)
    assert (cost.delivered.median_pips, cost.delivered.over) == (pytest.approx(2.5), 0)
    assert (cost.read.copies, cost.read.over, cost.read.mean_pips) == (0, 1, None)


@pytest.mark.django_db
def test_after_its_position_closed_hearing_of_it_costs_nothing():
    signal = make_told()
    make_position(signal, closed_at=NOON + 30 * SECONDS)
    make_copy(signal, sent=4, delivered=61)
    note_prices_seen(now=NOON + timedelta(hours=1))

    cost = delay_cost(Signal.objects.all())

    assert (cost.sent.copies, cost.delivered.copies, cost.delivered.over) == (1, 0, 1)


@pytest.mark.django_db
def test_nothing_known_is_none_and_a_copy_without_a_price_is_unknown():
    signal = make_told(closes=(1.0852,))
    make_copy(signal, sent=4)
    note_prices_seen(now=NOON + 70 * SECONDS)

    cost = delay_cost(Signal.objects.all())

    assert (cost.sent.unknown, cost.sent.mean_pips, cost.delivered) == (1, None, None)


@pytest.mark.django_db
def test_it_outlives_candles_and_deliveries():
    signal = make_told()
    copy = make_copy(signal, sent=4)
    note_prices_seen(now=NOON + timedelta(hours=1))
    before = delay_cost(Signal.objects.all())

    Candle.objects.all().delete()
    copy.delete()

    assert delay_cost(Signal.objects.all()) == before


@pytest.mark.django_db
def test_a_minute_asks_few_questions_however_many_copies(django_assert_max_num_queries):
    signal = make_told()
    for _ in range(20):
        make_copy(signal, sent=4, delivered=5)

    with django_assert_max_num_queries(16):
        note_prices_seen(now=NOON + timedelta(hours=1))
    with django_assert_max_num_queries(6):
        note_prices_seen(now=NOON + timedelta(hours=1))
