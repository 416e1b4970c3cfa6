"""What the watch tells of feeds that die and come back."""

import pytest

from delivery.models import Alarm
from markets.models import FeedHealth, Symbol
from tests.dashboard.watching import feed, look_at, look_through, ticking_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    ticking_desk()


def test_feeds_that_die_together_are_one_message_that_names_them(desk):
    for code in ("GBPUSD", "EURUSD"):
        feed(code, last_bar=4)

    told = look_through(20, 40)

    assert told == [
        "EURUSD, GBPUSD: the feed is dead: no candle since 12:05 UTC. Entries are refused until "
        "candles come again. Check the source's key and quota, or choose another feed in Admin, "
        "Symbols."
    ]
    texts = Alarm.objects.order_by("key").values_list("key", "text")
    assert [key for key, _ in texts] == ["feed:EURUSD", "feed:GBPUSD"]
    assert texts[0][1].startswith("EURUSD: the feed is dead: no candle since 12:05 UTC.")


def test_thirty_feeds_are_one_message_too_though_the_last_dies_half_a_minute_later(desk):
    for n in range(29):
        feed(f"PAIR{n:02}", last_bar=4)
    told = look_at(20)
    feed("PAIR29", last_bar=4)

    told += look_through(20.5, 30)

    assert len(told) == 1
    assert told[0].startswith("PAIR00, PAIR01, PAIR02, PAIR03, PAIR04 and 25 more: the feed is")


def test_a_feed_that_dies_later_is_told_as_well_but_not_within_ten_minutes(desk):
    feed("EURUSD", last_bar=4)
    first = look_through(20, 21)
    feed("GBPUSD", last_bar=9)

    soon, later = look_through(25, 30.5), look_through(31, 32)

    assert len(first) == len(later) == 1
    assert soon == []
    assert later[0].startswith("GBPUSD: the feed is dead: no candle since 12:10 UTC.")


def test_feeds_told_together_are_over_together_each_with_how(desk):
    for code in ("EURUSD", "GBPUSD", "USDJPY"):
        feed(code)
    look_through(20, 22)
    feed("EURUSD", FeedHealth.State.HEALTHY)
    feed("USDJPY", FeedHealth.State.HEALTHY)
    halfway = look_through(23, 30)
    feed("GBPUSD", FeedHealth.State.CLOSED)

    end = look_through(31, 34)

    assert halfway == []
    assert end == [
        "EURUSD, USDJPY: candles come again. "
        "GBPUSD: the market has closed; the feed is watched again from its opening."
    ]


def test_a_blink_of_a_feed_within_the_minute_is_told_to_nobody(desk):
    feed("EURUSD")
    look_at(20)
    feed("EURUSD", FeedHealth.State.HEALTHY)

    assert look_through(20.5, 30) == []
    assert Alarm.objects.get().closed_at is not None


def test_symbols_switched_off_and_feeds_no_longer_chosen_are_not_watched(desk):
    Symbol.objects.filter(pk=feed("EURUSD").pk).update(is_enabled=False)
    Symbol.objects.filter(pk=feed("GBPUSD").pk).update(feed="pushed")

    assert look_through(20, 25) == []
