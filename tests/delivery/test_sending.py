import json
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from django.conf import settings as desk
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from audit.models import Event
from delivery.channels.whatsapp import WhatsApp
from delivery.departures import begin, body_hmac
from delivery.errors import NeverLeft
from delivery.models import Attempt, ChannelState, Delivery
from delivery.parcels import claim_parcels
from delivery.pauses import pause
from delivery.sending import send_due, send_now
from delivery.wiring import build_channel
from tests.builders import NOON, make_delivery, make_message, make_recipient
from tests.delivery.graph_server import (
    DROP_AFTER_ACCEPTING,
    DROP_BEFORE_ACCEPTING,
    GARBAGE,
    GATEWAY,
    OK,
    REDIRECT,
    refusal,
)
from tests.delivery.sender import at_noon, later, sent_with, sweep_at

pytestmark = pytest.mark.django_db

TEXT = "EURUSD BUY @ 1.08523 | SL 1.08323 | TP 1.08723 | conf 0.72 | ema_rsi"


def test_an_accepted_message_is_sent_with_the_providers_id_and_the_exact_text(graph):
    delivery = sent_with(OK, graph, recipient=make_recipient(address="+447911123456"))

    assert (delivery.state, delivery.sent_at, delivery.sending_at) == ("sent", NOON, NOON)
    assert delivery.post.provider_id == "wamid.1"
    assert graph.journal == [
        {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": "447911123456",
            "type": "text",
            "text": {"preview_url": False, "body": TEXT},
            "biz_opaque_callback_data": str(delivery.public_id),
            "authorization": "Bearer EAAtoken",
        }
    ]
    assert delivery.attempts.get().outcome == "accepted"
    assert Event.objects.get().kind == "delivery.sent"


def claimed(now=NOON):
    """The parcels of everything due at noon, claimed."""
    return claim_parcels(Delivery.objects.due(NOON), most=9, build=build_channel, now=now)


def test_the_hash_of_the_posted_body_is_stored(graph):
    delivery = sent_with(OK, graph)

    body = {name: value for name, value in graph.journal[0].items() if name != "authorization"}
    posted = json.dumps(body, ensure_ascii=False).encode()
    assert delivery.post.body_hmac == body_hmac(posted)


def test_a_message_past_its_time_is_expired_and_not_sent(graph):
    delivery = make_delivery()

    send_due(clock=later(minutes=5))
    sweep_at(NOON + timedelta(minutes=5))

    delivery.refresh_from_db()
    assert delivery.state == "expired"
    assert graph.requests == []


def test_a_message_whose_time_ends_after_the_claim_is_expired_and_not_sent(graph):
    delivery = make_delivery()

    begin(claimed(), build=build_channel, now=NOON + timedelta(minutes=5))

    delivery.refresh_from_db()
    assert delivery.state == "expired"
    assert graph.requests == []


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("signal", "cancelled"),
        ("result", "cancelled"),
        ("manual", "cancelled"),
        ("alert", "sending"),
    ],
)
def test_the_kill_switch_stops_even_a_claimed_row_unless_it_is_about_the_desk(graph, kind, state):
    delivery = make_delivery(message=make_message(kind=kind))
    parcels = claimed()
    pause(reason="news", by="anna", now=NOON)

    begun = begin(parcels, build=build_channel, now=NOON)

    delivery.refresh_from_db()
    assert delivery.state == state
    assert len(begun) == (state == "sending")


def test_an_opt_out_stops_what_was_queued_before_it(graph):
    delivery = make_delivery(recipient=make_recipient(opted_out_at=NOON))

    send_due(clock=at_noon)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("cancelled", "opted_out")
    assert graph.requests == []


def test_the_preview_channel_delivers_through_the_same_outbox():
    delivery = make_delivery(recipient=make_recipient(channel="preview", address="demo"))

    send_due(clock=at_noon)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.sent_at, delivery.delivered_at) == ("delivered", NOON, NOON)


def test_only_one_of_two_senders_can_claim_a_row():
    make_delivery()

    assert [len(claimed()), len(claimed())] == [1, 0]


def test_a_sender_that_slept_through_its_lease_does_not_post(graph):
    make_delivery()
    parcels = claimed()

    assert begin(parcels, build=build_channel, now=NOON + timedelta(minutes=1)) == []


def test_a_sender_frozen_between_its_claim_on_the_row_and_the_post_does_not_post(graph):
    make_delivery()
    (ready,) = begin(claimed(), build=build_channel, now=NOON)

    with pytest.raises(NeverLeft, match="frozen"):
        replace(ready, begun=ready.begun - 6).post_now()

    assert graph.requests == []


class Killed(BaseException):
    """The process ends here."""


@dataclass
class MortalClock:
    """Noon, until the call at which the process dies."""

    calls_left: int

    def __call__(self):
        self.calls_left -= 1
        if self.calls_left < 0:
            raise Killed
        return NOON


@pytest.mark.parametrize(
    ("clock_calls", "state"), [(0, "sent"), (1, "sent"), (2, "sent"), (3, "uncertain")]
)
def test_dying_between_any_two_steps_never_leads_to_a_second_post(graph, clock_calls, state):
    delivery = make_delivery()

    with pytest.raises(Killed):
        send_now(delivery.pk, clock=MortalClock(clock_calls))
    sweep_at(NOON + timedelta(minutes=1))
    send_due(clock=later(minutes=1))

    delivery.refresh_from_db()
    assert delivery.state == state
    assert graph.acceptances == {str(delivery.public_id): 1}


def test_an_answer_that_comes_after_the_sweeper_gave_up_settles_the_row(graph):
    delivery = make_delivery()
    times = iter([NOON, NOON, NOON])

    def sweeping_clock():
        moment = next(times, None)
        if moment is None:
            sweep_at(NOON + timedelta(minutes=1))
        return moment or NOON + timedelta(minutes=1)

    send_now(delivery.pk, clock=sweeping_clock)

    delivery.refresh_from_db()
    assert delivery.state == "sent"
    assert [attempt.outcome for attempt in Attempt.objects.order_by("pk")] == [
        "unknown",
        "accepted",
    ]


SCENES = [
    OK,
    DROP_AFTER_ACCEPTING,
    DROP_BEFORE_ACCEPTING,
    GARBAGE,
    GATEWAY,
    REDIRECT,
    refusal(130429, status=429),
    refusal(131000, status=500),
    refusal(131056),
    refusal(100),
]


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(script=st.lists(st.sampled_from(SCENES), max_size=8))
def test_whatever_the_provider_does_no_delivery_is_accepted_twice(graph, script):
    Attempt.objects.all().delete()
    Delivery.objects.all().delete()
    ChannelState.objects.all().delete()
    graph.script.clear()
    graph.journal.clear()
    graph.play(*script)
    deliveries = [make_delivery() for _ in range(3)]

    for minute in range(5):
        sweep_at(NOON + timedelta(minutes=minute))
        send_due(clock=later(minutes=minute))

    final = {row.state for row in Delivery.objects.all()}
    assert max(graph.acceptances.values(), default=0) <= 1
    assert final <= {"sent", "uncertain", "failed", "pending"}
    assert len(deliveries) == Delivery.objects.count()


class Broken(WhatsApp):
    """A channel with a mistake in it."""

    def compose(self, outgoing):
        if outgoing.text == "bad":
            raise TypeError
        return super().compose(outgoing)


def test_a_message_no_channel_can_compose_fails_by_itself_and_holds_up_nobody(graph):
    bad = make_delivery(message=make_message("signal:bad", text="bad"))
    good = make_delivery(message=make_message("signal:good"))

    broken = Broken.configured({name: getattr(desk, name) for name in WhatsApp.settings})
    send_due(clock=at_noon, build=lambda slug: broken)

    assert Delivery.objects.get(pk=good.pk).state == "sent"
    assert Delivery.objects.get(pk=bad.pk).state == "failed"
    assert "TypeError" in Delivery.objects.get(pk=bad.pk).reason
