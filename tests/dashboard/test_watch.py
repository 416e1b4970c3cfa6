"""The watch tells staff once that something is wrong and once that it is over, without a storm."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.models import Event
from dashboard.conditions import patience
from dashboard.management.commands.watch import watch_once
from dashboard.watch import look
from delivery.channel_states import pause_channel, resume_channel
from delivery.models import Alarm, ChannelState, Delivery, Message
from delivery.pauses import pause
from markets.models import FeedHealth, Symbol
from tests.builders import make_delivery, make_recipient, make_symbol, make_tick
from tests.delivery.graph_server import graph_server

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
DEAD = FeedHealth.State.DEAD


@pytest.fixture
def desk():
    """Sam is told; the scheduler ticks, whenever one looks."""
    make_recipient("Sam", channel="preview", address="sam", gets_alerts=True)
    for minute in range(0, 120):
        make_tick(at=START + timedelta(minutes=minute))


def at(minutes):
    return START + timedelta(minutes=minutes)


def look_at(minutes, since=0.0):
    found = look(now=at(minutes), since=at(since), interval_seconds=60)
    return [message.text for message in found]


def look_through(first, last, step=0.5):
    """Everything told by looks every half minute from `first` to `last`."""
    looks = int((last - first) / step) + 1
    return [text for n in range(looks) for text in look_at(first + n * step)]


def feed(code, state=DEAD, last_bar=-1.0, **values):
    """The health of a symbol's present feed."""
    symbol = Symbol.objects.filter(code=code).first() or make_symbol(code)
    facts = {"state": state, "last_bar_time": at(last_bar), "checked_at": START, **values}
    FeedHealth.objects.update_or_create(
        symbol=symbol, feed=symbol.feed, defaults={"watched_since": START, **facts}
    )
    return symbol


def test_a_desk_that_is_well_is_no_news(desk):
    feed("EURUSD", FeedHealth.State.QUIET)

    assert look_through(3, 10) == []


# The scheduler


def test_a_desk_that_just_started_has_time_for_its_first_tick():
    assert look_at(2.9) == []


def test_silence_is_told_once_with_what_to_do_and_so_is_its_end():
    make_recipient("Sam", gets_alerts=True)
    make_recipient("Vera")
    make_tick(at=START)

    raised = look_through(3.5, 60)
    Delivery.objects.update(state="sent", **sent())
    make_tick(at=at(60.5))
    cleared = look_through(61, 63)

    assert len(raised) == len(cleared) == 1
    assert raised[0].startswith("The scheduler is silent: no tick since 12:00 UTC. No signals are")
    assert "See that worker, beat and broker run" in raised[0]
    assert cleared == ["The scheduler ticks again."]
    alerts = Delivery.objects.filter(message__kind="alert")
    assert list(alerts.values_list("recipient__name", flat=True)) == ["Sam", "Sam"]


def sent():
    post = make_delivery(state="sent").post
    return {"post": post, "sending_at": START, "sent_at": START}


def test_a_tick_now_and_then_does_not_make_a_message_each():
    make_tick(at=START)
    told = look_through(3.5, 4)
    for minute in range(5, 30, 5):
        make_tick(at=at(minute))
        told += look_through(minute + 0.5, minute + 4.5)

    raised = [text for text in told if "silent" in text]

    assert len(raised) <= 3  # in 30 minutes
    assert len(told) - len(raised) <= len(raised)


def test_a_watch_that_was_restarted_neither_alarms_again_nor_tells_of_a_recovery():
    make_tick(at=START)
    look_at(4)

    assert look_at(30, since=30) == look_at(32.5, since=30) == look_at(40, since=30) == []
    assert Alarm.objects.get().closed_at is None


def test_a_reason_must_be_gone_for_two_minutes_under_the_eyes_of_the_watch():
    make_tick(at=START)
    look_at(4)
    for minute in range(30, 40):
        make_tick(at=at(minute))

    just_started, half_a_minute_short, then = (
        look_at(31, since=31),
        look_at(32.5, since=31),
        look_at(33, since=31),
    )

    assert just_started == half_a_minute_short == []
    assert then == ["The scheduler ticks again."]


def test_two_watches_raise_one_alarm():
    make_tick(at=START)

    assert len(look_at(4)) == 1
    assert look_at(4) == []
    assert Message.objects.count() == Event.objects.filter(kind="alarm.raised").count() == 1


def test_patience_is_three_ticks_but_three_minutes_at_least():
    assert patience(30) == timedelta(minutes=3)
    assert patience(300) == timedelta(minutes=15)


# Feeds


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


# Messages


def make_uncertain(count, sending_at):
    for _ in range(count):
        make_delivery(state="uncertain", sending_at=sending_at)


def test_five_uncertain_messages_within_a_quarter_of_an_hour_are_an_alarm(desk):
    make_uncertain(4, at(10))
    few = look_through(10, 12)
    make_uncertain(1, at(12))

    many, over = look_through(12.5, 24), look_through(25, 30)

    assert few == []
    assert len(many) == 1
    assert many[0].startswith("5 messages of the last 15 minutes may or may not have arrived.")
    assert over == ["Messages get answers again. 5 still wait for a decision in Admin, Deliveries."]


def test_uncertain_messages_that_callbacks_settle_within_the_minute_are_told_to_nobody(desk):
    make_uncertain(9, at(10))
    look_at(10)
    Delivery.objects.update(state="delivered")

    assert look_through(10.5, 20) == []


def test_messages_nobody_sends_are_an_alarm_even_past_their_time(desk):
    for _ in range(3):
        make_delivery(due_at=at(10), deliver_by=at(15))

    raised = look_through(10, 40)
    Delivery.objects.filter(message__kind="signal").update(state="expired")
    cleared = look_through(40.5, 43)

    assert len(raised) == 1
    assert raised[0].startswith("3 messages are not being sent, due since 12:10 UTC.")
    assert cleared == [
        "No message waits any more; what was too late to be of use is marked expired."
    ]


@pytest.mark.parametrize(
    "explained",
    [
        lambda: ChannelState.objects.create(channel="whatsapp", free_at=at(60)),
        lambda: Delivery.objects.get().recipient.__class__.objects.update(free_at=at(60)),
        lambda: Delivery.objects.update(due_at=at(60)),
    ],
    ids=["the account's pace", "the recipient's pace", "a wait"],
)
def test_messages_that_wait_for_a_reason_are_no_alarm(desk, explained):
    make_delivery(due_at=at(10), deliver_by=at(90))
    explained()

    assert look_through(15, 20) == []


def test_a_watch_gives_the_worker_two_minutes_first(desk):
    make_delivery(due_at=at(10), deliver_by=at(90))

    assert look_at(60, since=59) == []
    assert len(look_at(61, since=59)) == 1


# Channels


def test_a_paused_channel_is_told_at_the_moment_and_explains_what_waits(desk):
    make_delivery(due_at=at(10), deliver_by=at(90))
    pause_channel("whatsapp", code="190", reason="expired", probe_after=None, now=at(10))

    told = look_through(10, 30)

    assert told == []  # it was told already
    assert Message.objects.get(kind="alert").text.startswith("WhatsApp is paused: expired.")
    assert Alarm.objects.get().seen_at == at(30)


def test_a_pause_that_comes_back_within_ten_minutes_is_told_when_they_are_over(desk):
    pause_channel("whatsapp", code="190", reason="expired", probe_after=None, now=at(10))
    resume_channel("whatsapp", by="sam", now=at(11))
    pause_channel("whatsapp", code="190", reason="expired", probe_after=None, now=at(12))

    soon, later = look_through(12, 19.5), look_through(20, 21)

    assert soon == []
    assert len(later) == 1


def test_everything_at_once_is_one_message_for_each_thing():
    pause(reason="test", by="sam", now=START)
    for code in ("EURUSD", "GBPUSD", "USDJPY"):
        feed(code)
    make_uncertain(20, at(10))
    make_delivery(due_at=at(5), deliver_by=at(90), recipient=make_recipient(channel="preview"))
    pause_channel("whatsapp", code="190", reason="expired", probe_after=None, now=at(11))

    look_through(11, 22)

    titles = Message.objects.filter(kind="alert").values_list("title", flat=True)
    assert sorted(titles) == [
        "Feed dead",
        "Messages uncertain",
        "Messages wait",
        "Scheduler silent",
        "WhatsApp paused",
    ]


# The process


def test_the_watch_sends_the_alert_itself_and_nothing_else(settings):
    with graph_server() as graph:
        settings.WHATSAPP_API_BASE, settings.WHATSAPP_PHONE_ID = graph.url, "1063"
        settings.WHATSAPP_TOKEN = "token"
        make_recipient(gets_alerts=True)
        make_tick(at=datetime(2026, 11, 18, 11, 0, tzinfo=UTC))
        now = datetime.now(UTC)
        make_delivery(due_at=now, deliver_by=now + timedelta(hours=1))

        assert watch_once(now, now - timedelta(hours=1)) is True

    [text] = graph.texts
    assert text.startswith("The scheduler is silent: no tick since 18 Nov 11:00 UTC.")
