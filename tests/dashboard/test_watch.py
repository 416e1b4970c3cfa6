"""The watch tells staff once that something is wrong and once that it is over, without a storm."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.log import log_event
from audit.models import Event
from dashboard.conditions import patience
from dashboard.management.commands.watch import watch_once
from delivery.channel_states import pause_channel
from delivery.models import Alarm, Delivery, Message
from delivery.pauses import pause
from markets.models import FeedHealth
from tests.builders import make_delivery, make_recipient, make_tick
from tests.dashboard.watching import (
    START,
    at,
    feed,
    look_at,
    look_through,
    make_uncertain,
    ticking_desk,
)
from tests.delivery.graph_server import graph_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    ticking_desk()


def test_a_desk_that_is_well_is_no_news(desk):
    feed("EURUSD", FeedHealth.State.QUIET)

    assert look_through(3, 10) == []


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


def test_a_log_nobody_seals_is_told_after_two_minutes_and_so_is_its_end(desk):
    log_event("test.event", at=at(4), text="the sealer is gone")

    early = [look_at(minute, is_sealed=False) for minute in (4.9, 5.1)]
    raised = look_at(6.2, is_sealed=False)
    cleared = look_through(7, 9)

    assert early == [[], []]
    assert raised[0].startswith("The log is not sealed since 12:04 UTC. Signals go on.")
    assert cleared == ["The log is sealed again."]
