from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings as desk
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from audit.models import Event
from delivery.channels.whatsapp import WhatsApp
from delivery.http import post_json
from delivery.models import Attempt, Delivery
from delivery.pauses import pause
from delivery.recovery import recover
from delivery.sending import begin, body_hmac, claim, send_claimed, send_due, send_now
from delivery.wiring import build_channel
from tests.builders import NOON, make_delivery, make_message, make_recipient
from tests.delivery.graph_server import (
    DROP_AFTER_ACCEPTING,
    DROP_BEFORE_ACCEPTING,
    GARBAGE,
    GATEWAY,
    OK,
    REDIRECT,
    SLOW,
    TOO_LONG,
    refusal,
)

pytestmark = pytest.mark.django_db

TEXT = "EURUSD BUY @ 1.08523 | SL 1.08323 | TP 1.08723 | conf 0.72 | ema_rsi"


def at_noon():
    return NOON


def later(**delta):
    return lambda: NOON + timedelta(**delta)


def sent_with(scene, graph, **values):
    """The delivery after one try at noon against `scene`."""
    graph.play(scene)
    delivery = make_delivery(**values)
    send_now(delivery.pk, clock=at_noon, build=impatient_whatsapp)
    delivery.refresh_from_db()
    return delivery


def impatient_whatsapp(slug):
    own = {name: getattr(desk, name) for name in WhatsApp.settings}
    return WhatsApp.configured(own, partial(post_json, read_seconds=0.2))


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


def test_the_hash_of_the_posted_body_is_stored(graph):
    delivery = make_delivery()
    claim(delivery.pk, now=NOON)

    post = begin(delivery, b'{"to": "447911123456"}', now=NOON)

    assert post.body_hmac == body_hmac(b'{"to": "447911123456"}')


@pytest.mark.parametrize(
    "scene", [SLOW, DROP_AFTER_ACCEPTING, GARBAGE, GATEWAY, TOO_LONG, DROP_BEFORE_ACCEPTING]
)
def test_a_post_that_may_have_been_accepted_is_uncertain_and_never_posted_again(graph, scene):
    delivery = sent_with(scene, graph)

    recover(now=NOON + timedelta(minutes=4))
    send_due(clock=later(minutes=4))

    delivery.refresh_from_db()
    assert delivery.state == "uncertain"
    assert delivery.attempts.get().outcome == "unknown"
    assert len(graph.requests) == 1


@pytest.mark.parametrize(
    ("scene", "state", "wait"),
    [
        (refusal(130429, status=429), "pending", timedelta(seconds=1)),
        (refusal(131056), "pending", timedelta(seconds=1)),
        (refusal(131000, status=500), "pending", timedelta(seconds=1)),
        (refusal(999999, transient=True), "pending", timedelta(seconds=1)),
        (refusal(190, status=401), "pending", timedelta(minutes=5)),
        (refusal(100), "failed", None),
        (refusal(131026), "failed", None),
        (refusal(131047), "failed", None),
        (refusal(999999), "failed", None),
    ],
)
def test_each_refusal_of_the_provider_has_its_remedy(graph, scene, state, wait):
    delivery = sent_with(scene, graph)

    assert delivery.state == state
    assert delivery.attempts.get().outcome == "refused"
    if wait is not None:
        assert delivery.due_at == NOON + wait


def test_a_failure_says_what_the_provider_said_without_numbers_or_secrets(graph):
    scene = refusal(131026, details="+447911123456 has no WhatsApp, token EAAtoken")

    delivery = sent_with(scene, graph)

    assert delivery.reason == "131026: *****56 has no WhatsApp, token [secret]"


def test_waits_grow_fourfold_and_a_broken_provider_is_given_up_after_six_posts(graph):
    delivery = make_delivery(message=make_message(deliver_by=NOON + timedelta(hours=2)))
    graph.play(*[refusal(131000, status=500)] * 6)
    clock, waits = NOON, []

    while Delivery.objects.get(pk=delivery.pk).state == "pending":
        due_at = Delivery.objects.get(pk=delivery.pk).due_at
        waits.append((due_at - clock).total_seconds())
        clock = due_at
        send_now(delivery.pk, clock=lambda now=clock: now)

    assert waits == [0, 1, 4, 16, 64, 256]
    assert len(graph.requests) == 6
    assert Delivery.objects.get(pk=delivery.pk).state == "failed"


def test_no_connection_means_not_accepted_and_is_tried_again(settings, graph):
    settings.WHATSAPP_API_BASE = "http://127.0.0.1:9"

    delivery = sent_with(OK, graph)

    assert (delivery.state, delivery.sending_at, delivery.post) == ("pending", None, None)
    assert delivery.attempts.get().code == "no_connection"


def test_a_channel_without_settings_fails_with_what_to_set(settings):
    settings.WHATSAPP_TOKEN = settings.WHATSAPP_PHONE_ID = ""
    delivery = make_delivery()

    send_now(delivery.pk, clock=at_noon)

    delivery.refresh_from_db()
    assert delivery.state == "failed"
    assert "Set WHATSAPP_TOKEN and WHATSAPP_PHONE_ID" in delivery.reason


def test_a_closed_window_switches_the_same_delivery_to_the_template_once(settings, graph):
    settings.WHATSAPP_TEMPLATE = "desk_signal"
    recipient = make_recipient(last_inbound_at=NOON - timedelta(hours=1))
    delivery = make_delivery(recipient=recipient)
    graph.play(refusal(131047), refusal(131047))

    send_due(clock=at_noon)

    delivery.refresh_from_db()
    assert [body["type"] for body in graph.requests] == ["text", "template"]
    assert (delivery.state, delivery.as_template) == ("failed", True)


def test_outside_the_window_the_template_carries_the_text_as_its_one_parameter(settings, graph):
    settings.WHATSAPP_TEMPLATE = "desk_signal"

    sent_with(OK, graph, message=make_message(text="EURUSD BUY\ncode 7F3"))

    template = graph.journal[0]["template"]
    assert template["name"] == "desk_signal"
    assert template["language"] == {"code": "en"}
    assert template["components"][0]["parameters"] == [
        {"type": "text", "text": "EURUSD BUY code 7F3"}
    ]


def test_a_message_past_its_time_is_expired_and_not_sent(graph):
    delivery = make_delivery()

    send_due(clock=later(minutes=5))
    recover(now=NOON + timedelta(minutes=5))

    delivery.refresh_from_db()
    assert delivery.state == "expired"
    assert graph.requests == []


def test_a_message_whose_time_ends_after_the_claim_is_expired_and_not_sent(graph):
    times = iter([NOON, NOON, NOON + timedelta(minutes=5)])
    delivery = make_delivery()

    send_now(delivery.pk, clock=lambda: next(times))

    delivery.refresh_from_db()
    assert delivery.state == "expired"
    assert graph.requests == []


@pytest.mark.parametrize(
    ("kind", "state"),
    [("signal", "cancelled"), ("result", "cancelled"), ("manual", "cancelled"), ("alert", "sent")],
)
def test_the_kill_switch_stops_even_a_claimed_row_unless_it_is_about_the_desk(graph, kind, state):
    delivery = make_delivery(message=make_message(kind=kind), state="claimed")
    pause(reason="news", by="anna", now=NOON)

    send_claimed(delivery.pk, clock=at_noon, build=build_channel)

    delivery.refresh_from_db()
    assert delivery.state == state


def test_an_opt_out_stops_what_was_queued_before_it(graph):
    delivery = make_delivery(recipient=make_recipient(opted_out_at=NOON))

    send_due(clock=at_noon)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("cancelled", "recipient_paused")
    assert graph.requests == []


def test_the_preview_channel_delivers_through_the_same_outbox():
    delivery = make_delivery(recipient=make_recipient(channel="preview", address="demo"))

    send_due(clock=at_noon)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.sent_at, delivery.delivered_at) == ("delivered", NOON, NOON)


def test_only_one_of_two_senders_can_claim_a_row():
    delivery = make_delivery()

    assert [claim(delivery.pk, now=NOON), claim(delivery.pk, now=NOON)] == [True, False]


def test_a_sender_that_slept_through_its_lease_does_not_post(graph):
    delivery = make_delivery(state="claimed")

    assert begin(delivery, b"{}", now=NOON + timedelta(minutes=1)) is None


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
    recover(now=NOON + timedelta(minutes=1))
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
            recover(now=NOON + timedelta(minutes=1))
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
    graph.script.clear()
    graph.journal.clear()
    graph.play(*script)
    deliveries = [make_delivery() for _ in range(3)]

    for minute in range(5):
        recover(now=NOON + timedelta(minutes=minute))
        send_due(clock=later(minutes=minute))

    final = {row.state for row in Delivery.objects.all()}
    assert max(graph.acceptances.values(), default=0) <= 1
    assert final <= {"sent", "uncertain", "failed", "pending"}
    assert len(deliveries) == Delivery.objects.count()
