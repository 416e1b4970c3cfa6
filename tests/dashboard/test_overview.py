"""What the Overview reads."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.roles import RUN_DESK
from audit.log import log_event
from dashboard.overview.activity import activity
from dashboard.overview.cards import cards
from dashboard.overview.notices import notices
from dashboard.overview.page import overview
from dashboard.overview.phone import phone
from dashboard.overview.symbol_rows import symbol_rows
from delivery.pauses import pause
from markets.models import FeedHealth, Symbol
from tests.builders import (
    NOON,
    make_candles,
    make_config,
    make_delivery,
    make_message,
    make_recipient,
    make_signal,
    make_symbol,
    make_tick,
    make_user,
)
from tests.signals.past import make_past

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


def test_levels_say_how_many_pips_they_are_away():
    make_signal(make_symbol(), tp=None)

    (row,) = symbol_rows(now=NOON)

    assert row.signal is not None
    assert (row.signal.sl_pips, row.signal.tp_pips) == (pytest.approx(20.0), None)


def test_the_number_of_queries_does_not_grow_with_the_symbols():
    counts, reader = [], make_user("sam", "staff")
    assert reader.has_perm(RUN_DESK)  # read once per request
    for code in ("EURUSD", "GBPUSD", "USDJPY"):
        symbol = make_symbol(code)
        make_candles(symbol, closes=[1.1, 1.2])
        make_signal(symbol)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            overview(reader, now=timezone.now())
        counts.append(len(queries))

    assert counts == [22, 22, 22]


def test_messages_of_the_day_are_counted_by_what_became_of_them():
    now = timezone.now()
    for state in ("pending", "delivered", "read", "failed"):
        make_delivery(state=state, created_at=now)
    make_delivery(state="failed", created_at=now - timedelta(days=2))

    messages = cards(now=now).messages

    assert messages.total == 4
    assert messages.by_group == (("sent", 2), ("waiting", 1), ("failed", 1))


def test_the_day_of_the_messages_begins_at_midnight_where_the_reader_is():
    make_delivery(created_at=NOON.replace(hour=0, minute=30))
    make_delivery(created_at=NOON.replace(hour=5, minute=30))

    with timezone.override(ZoneInfo("America/New_York")):
        messages = cards(now=NOON).messages

    assert messages.total == 1
    assert messages.since.isoformat() == "2026-11-18T00:00:00-05:00"


def test_the_counts_lead_to_the_same_deliveries_in_the_admin(client):
    client.force_login(make_user("sam", "staff"))
    make_delivery(state="failed", created_at=NOON)
    make_delivery(state="failed", created_at=NOON - timedelta(days=1))

    ((_, count, url),) = cards(now=NOON).messages.links
    answer = client.get(url)

    assert count == len(answer.context["cl"].result_list) == 1


def test_of_many_feeds_those_in_need_are_shown_and_the_others_counted():
    for number in range(26):
        make_health(make_symbol(f"AAA{chr(65 + number)}"), state="healthy")
    make_health(make_symbol("ZZZ"), state="dead")
    make_symbol("YYY")

    shown = cards(now=NOON)

    assert [feed.code for feed in shown.feeds_shown[:3]] == ["ZZZ", "YYY", "AAAA"]
    assert [(rest.count, rest.state) for rest in shown.feeds_counted] == [(23, "healthy")]


def test_open_signals_are_counted_by_side():
    make_signal(minutes_ago=1)
    make_signal(minutes_ago=2, action="SELL", sl=Decimal("1.09"), tp=None)
    make_signal(minutes_ago=3, status="blocked")
    make_signal(minutes_ago=4, status="closed")

    sides = cards(now=NOON).open_signals

    assert (sides.buy, sides.sell) == (1, 1)


def test_the_record_of_thirty_days_is_a_mean_once_there_are_enough_results():
    config = make_config(make_symbol(feed="push"))
    now = timezone.now()
    make_past([config], now=now, count=33)
    few = cards(now=now).record

    make_past([config], now=now - timedelta(hours=3), count=12)
    enough = cards(now=now).record

    assert (few.n, few.expectancy, few.is_demo) == (28, None, False)  # 4 blocked, 1 unknown
    assert enough.n == 39
    assert enough.expectancy == pytest.approx(enough.r_sum / 39)


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


def test_the_demo_phone_shows_what_a_message_replies_to():
    demo = make_recipient("Demo phone", channel="preview", address="demo")
    entry = make_delivery(recipient=demo, state="delivered", message=make_message("signal:1"))
    result = make_message("result:1", kind="result", text="TP hit", replies_to="signal:1")
    make_delivery(recipient=demo, state="delivered", message=result)

    bubbles = phone().bubbles

    assert [bubble.quoted for bubble in bubbles] == [entry.message.text, ""]


def test_the_demo_phone_goes_once_a_real_channel_works():
    make_delivery(state="sent")

    assert phone() is None


def test_what_happened_opens_what_it_speaks_of():
    signal = make_signal()
    log_event("signal.generated", at=NOON, text="EURUSD BUY", subject=f"signal:{signal.pk}")

    line = activity(make_user())[0]

    assert (line.words, line.link.url) == ("Signal", f"/signals/{signal.pk}/")


def test_what_happened_is_not_drowned_by_a_line_for_every_copy():
    log_event("signal.generated", at=NOON, text="EURUSD BUY @ 1.08523")
    for recipient in range(30):
        log_event("delivery.sent", at=NOON, text=f"EURUSD BUY to recipient {recipient} was sent")

    assert [line.words for line in activity(make_user())] == ["Signal"]


@pytest.mark.parametrize("address", ["/", "/admin/", "/live/symbols/", "/strategies/", "/risk/"])
def test_a_symbol_whose_feed_the_code_no_longer_has_spoils_no_page(client, address):
    Symbol.objects.filter(pk=make_symbol().pk).update(feed="gone")
    client.force_login(make_user("root", "admin"))

    assert client.get(address).status_code == 200
