"""A channel's pauses: begun by the provider's answers, ended by a probe or by a person."""

from datetime import timedelta

import pytest

from audit.models import Event
from delivery.channel_states import (
    BREAK_AFTER,
    BREAK_FOR,
    PROBE_EVERY,
    note_acceptance,
    note_error,
    pause_channel,
    paused_text,
    resume_channel,
    slow_down,
)
from delivery.models import Alarm, ChannelState, Delivery
from delivery.sending import send_due
from tests.builders import NOON, make_delivery, make_message
from tests.delivery.graph_server import OK, refusal
from tests.delivery.sender import at_noon, later

pytestmark = pytest.mark.django_db

EXPIRED_TOKEN = refusal(190, status=401, details="Session has expired")
BROKEN = refusal(131000, status=500)
LOCKED = refusal(131031, status=403, details="Account has been locked")


def state():
    return ChannelState.objects.get(channel="whatsapp")


def many(count):
    """So many deliveries, each to somebody else, good for an hour."""
    hour = NOON + timedelta(hours=1)
    return [
        make_delivery(message=make_message(f"signal:{n}", deliver_by=hour)) for n in range(count)
    ]


def pause(code="190", probe_after=PROBE_EVERY, now=NOON):
    return pause_channel("whatsapp", code=code, reason=code, probe_after=probe_after, now=now)


def test_an_expired_token_stops_the_posts_and_keeps_the_rows(graph):
    many(40)
    graph.play(*[EXPIRED_TOKEN] * 16)

    send_due(clock=at_noon)
    posts = len(graph.requests)
    send_due(clock=later(minutes=4))

    assert posts == len(graph.requests) <= 16  # those that were on their way together
    assert set(Delivery.objects.values_list("state", flat=True)) == {"pending"}
    assert (state().paused_at, state().code) == (NOON, "190")
    assert Event.objects.filter(kind="channel.paused").count() == 1


def test_one_message_probes_every_five_minutes(graph):
    many(5)
    pause()
    graph.play(EXPIRED_TOKEN, EXPIRED_TOKEN)

    for minutes in (1, 4, 5, 6, 9, 10, 11):
        send_due(clock=later(minutes=minutes))

    assert len(graph.requests) == 2
    assert state().probe_at == NOON + timedelta(minutes=15)


def test_a_probe_that_is_accepted_ends_the_pause_and_everything_goes(graph):
    many(5)
    pause()

    send_due(clock=later(minutes=5))

    assert len(graph.journal) == 5
    assert state().paused_at is None
    assert Alarm.objects.get().closed_at == NOON + timedelta(minutes=5)
    assert Event.objects.get(kind="channel.resumed").actor == "desk"


def test_an_account_in_trouble_is_resumed_by_a_person_only(graph):
    many(2)
    graph.play(LOCKED, LOCKED)
    send_due(clock=at_noon)
    asked = len(graph.requests)

    send_due(clock=later(minutes=50))
    without_a_person = len(graph.requests)
    resume_channel("whatsapp", by="sam", now=NOON + timedelta(minutes=51))
    send_due(clock=later(minutes=51))

    assert asked == without_a_person
    assert len(graph.journal) == 2
    assert Event.objects.get(kind="channel.resumed").actor == "sam"


def test_ten_errors_of_the_provider_in_a_row_open_the_circuit_for_half_a_minute(graph):
    many(1)
    for _ in range(BREAK_AFTER - 1):
        note_error("whatsapp", "131000", now=NOON)  # no row yet: nothing was ever posted
    assert not ChannelState.objects.exists()
    graph.play(*[BROKEN] * 3)
    send_due(clock=at_noon)

    for _ in range(BREAK_AFTER - 1):
        note_error("whatsapp", "131000: out of order", now=NOON)

    assert state().code == "circuit"
    assert state().probe_at == NOON + BREAK_FOR
    assert "10 errors in a row, last 131000: out of order" in paused_text(state())


def test_an_acceptance_in_between_ends_the_row_of_errors(graph):
    many(1)
    send_due(clock=at_noon)
    for _ in range(BREAK_AFTER - 1):
        note_error("whatsapp", "131000", now=NOON)

    note_acceptance("whatsapp", posted_at=NOON, now=NOON)
    note_error("whatsapp", "131000", now=NOON)

    assert state().paused_at is None
    assert state().errors_in_row == 1


def test_a_circuit_probes_again_after_each_half_minute(graph):
    many(3)
    pause("circuit", BREAK_FOR)
    graph.play(BROKEN, BROKEN, OK)

    for seconds in (10, 30, 45, 60, 75, 90):
        send_due(clock=later(seconds=seconds))

    assert len(graph.requests) == 5  # two probes fail, the third is taken, then the others go
    assert state().paused_at is None


def test_a_post_from_before_the_pause_does_not_end_it():
    pause()

    note_acceptance("whatsapp", posted_at=NOON - timedelta(seconds=1), now=NOON)

    assert state().paused_at == NOON


def test_a_graver_reason_replaces_a_lighter_one_and_not_the_other_way():
    pause("circuit", BREAK_FOR)
    assert pause("190") is False
    assert (state().code, state().probe_at) == ("190", NOON + PROBE_EVERY)

    pause("368", None)
    assert (state().code, state().probe_at) == ("368", None)

    pause("190"), pause("circuit", BREAK_FOR)
    assert (state().code, state().probe_at) == ("368", None)
    assert Alarm.objects.count() == 1


def test_a_resumed_channel_starts_with_a_clean_slate():
    pause("circuit", BREAK_FOR)
    ChannelState.objects.update(errors_in_row=10)

    assert resume_channel("whatsapp", by="sam", now=NOON) is True
    assert resume_channel("whatsapp", by="sam", now=NOON) is False

    row = state()
    assert (row.paused_at, row.probe_at, row.code, row.errors_in_row) == (None, None, "", 0)


def test_slowing_down_lets_nothing_out_for_the_wait_and_never_shortens_an_earlier_one(graph):
    many(2)
    ChannelState.objects.create(channel="whatsapp")
    slow_down("whatsapp", timedelta(seconds=60), now=NOON)
    slow_down("whatsapp", timedelta(seconds=1), now=NOON)

    send_due(clock=later(seconds=59), seconds=0.01)
    waiting = len(graph.requests)
    send_due(clock=later(seconds=61), seconds=1)

    assert (waiting, len(graph.requests)) == (0, 2)


def test_what_waits_past_its_time_while_the_channel_is_paused_is_never_sent(graph):
    make_delivery()  # good for five minutes
    pause()

    send_due(clock=later(minutes=6))

    assert graph.requests == []


def test_the_reason_says_what_ends_the_pause():
    pause()
    assert paused_text(state()) == (
        "WhatsApp is paused: 190. Messages wait. "
        "One message tries again every 5 minutes and ends the pause."
    )
    pause("368", None)
    assert paused_text(state()).endswith("Resume it on the Overview once that is mended.")
