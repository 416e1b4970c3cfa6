"""What the Overview reads."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.log import log_event
from dashboard.cards import cards
from dashboard.notices import notices
from dashboard.overview import Activity, activity, overview
from dashboard.phone import phone
from dashboard.symbol_rows import symbol_rows
from delivery.pauses import pause
from markets.models import FeedHealth
from tests.builders import (
    NOON,
    make_candles,
    make_delivery,
    make_message,
    make_recipient,
    make_signal,
    make_symbol,
    make_tick,
)

pytestmark = pytest.mark.django_db


def make_health(symbol, **values):
    times = {"checked_at": NOON, "watched_since": NOON}
    return FeedHealth.objects.create(symbol=symbol, feed=symbol.feed, **times, **values)


def test_the_row_shows_bid_ask_and_spread_of_the_newest_minute():
    make_candles(make_symbol(), closes=[1.0850, 1.0852])

    (row,) = symbol_rows(now=NOON)

    assert row.quote is not None
    assert row.quote.bid == pytest.approx(1.0852)
    assert row.quote.ask == pytest.approx(1.0853)
    assert row.quote.spread_pips == pytest.approx(1.0)


def test_a_crossed_ask_is_shown_as_bid_plus_the_typical_spread():
    make_candles(make_symbol(), closes=[1.0850], ask_source="crossed", ask_shift=-0.0005)

    (row,) = symbol_rows(now=NOON)

    assert row.quote is not None
    assert row.quote.ask == pytest.approx(1.0851)


def test_candles_of_another_feed_are_not_this_symbols_price():
    make_candles(make_symbol(), closes=[1.0850], feed="push")

    (row,) = symbol_rows(now=NOON)

    assert row.quote is None


def test_the_last_action_is_the_newest_that_was_not_blocked_shadowed_or_rehearsed():
    symbol = make_symbol()
    shown = make_signal(symbol, minutes_ago=9)
    make_signal(symbol, minutes_ago=3, status="blocked")
    make_signal(symbol, minutes_ago=2, is_shadow=True)
    make_signal(symbol, minutes_ago=1, run="rehearsal")

    (row,) = symbol_rows(now=NOON)

    assert row.signal is not None
    assert row.signal.pk == shown.pk


def test_levels_carry_the_symbols_digits_and_a_missing_one_is_a_dash():
    yen = make_symbol("USDJPY", digits=3, pip_size=Decimal("0.01"))
    make_signal(yen, price=Decimal("150.1"), sl=Decimal("149.9"), tp=None)

    (row,) = symbol_rows(now=NOON)

    assert row.signal is not None
    assert (row.signal.price, row.signal.sl, row.signal.tp) == ("150.100", "149.900", "-")


def test_what_the_mock_feed_makes_up_is_marked_demo():
    make_symbol("EURUSD", feed="mock")
    make_symbol("GBPUSD", feed="push")

    assert [row.is_demo for row in symbol_rows(now=NOON)] == [True, False]


def test_the_number_of_queries_does_not_grow_with_the_symbols():
    counts = []
    for code in ("EURUSD", "GBPUSD", "USDJPY"):
        symbol = make_symbol(code)
        make_candles(symbol, closes=[1.1, 1.2])
        make_signal(symbol)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            overview(now=timezone.now())
        counts.append(len(queries))

    assert counts == [16, 16, 16]


def test_messages_of_the_day_are_counted_by_what_became_of_them():
    now = timezone.now()
    for state in ("pending", "delivered", "read", "failed"):
        make_delivery(state=state, created_at=now)
    make_delivery(state="failed", created_at=now - timedelta(days=2))

    messages = cards(now=now).messages

    assert messages.total == 4
    assert messages.by_group == (("sent", 2), ("waiting", 1), ("failed", 1))


def test_open_signals_are_counted_by_side():
    make_signal(minutes_ago=1)
    make_signal(minutes_ago=2, action="SELL", sl=Decimal("1.09"), tp=None)
    make_signal(minutes_ago=3, status="blocked")
    make_signal(minutes_ago=4, status="closed")

    sides = cards(now=NOON).open_signals

    assert (sides.buy, sides.sell) == (1, 1)


def test_a_desk_in_order_has_no_banner():
    make_health(make_symbol(), state="healthy")
    make_tick(at=NOON)

    assert notices(cards(now=NOON)) == ()


def test_each_trouble_has_a_banner_that_says_what_to_do_the_worst_first():
    make_health(make_symbol(), state="dead", detail="No bar since 10:00.")
    make_tick(at=NOON)
    pause(reason="News", by="sam", now=NOON)

    banners = notices(cards(now=NOON))

    assert [banner.title for banner in banners] == [
        "EURUSD: the feed is dead. No bar since 10:00.",
        "Pushes are paused by sam: News",
    ]
    assert all(banner.advice for banner in banners)


def test_the_demo_phone_shows_its_messages_newest_first():
    demo = make_recipient("Demo phone", channel="preview", address="demo")
    for number in (1, 2):
        message = make_message(f"signal:{number}", text=f"message {number}")
        make_delivery(message=message, recipient=demo, state="delivered")

    screen = phone()

    assert screen is not None
    assert [bubble.text for bubble in screen.bubbles] == ["message 2", "message 1"]


def test_the_demo_phone_goes_once_a_real_channel_works():
    make_delivery(state="sent")

    assert phone() is None


def test_a_kind_of_event_reads_as_words():
    line = Activity(NOON, "kill_switch.on", "Pushes are stopped: news", "anna")

    assert line.what == "Kill switch on"


def test_what_happened_is_not_drowned_by_a_line_for_every_copy():
    log_event("signal.generated", at=NOON, text="EURUSD BUY @ 1.08523")
    for recipient in range(30):
        log_event("delivery.sent", at=NOON, text=f"EURUSD BUY to recipient {recipient} was sent")

    assert [line.kind for line in activity()] == ["signal.generated"]
