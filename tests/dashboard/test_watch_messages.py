"""What the watch tells of messages that wait and of channels that are paused."""

import pytest

from delivery.channel_states import pause_channel, resume_channel
from delivery.models import Alarm, ChannelState, Delivery, Message
from tests.builders import make_delivery
from tests.dashboard.watching import (
    at,
    look_at,
    look_through,
    make_uncertain,
    ticking_desk,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    ticking_desk()


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
