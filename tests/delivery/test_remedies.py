"""What each answer of the provider, or none, leads to."""

from datetime import timedelta

import pytest

from delivery.models import Delivery
from delivery.sending import send_due, send_now
from tests.builders import NOON, make_delivery, make_message, make_recipient
from tests.delivery.graph_server import (
    DROP_AFTER_ACCEPTING,
    DROP_BEFORE_ACCEPTING,
    GARBAGE,
    GATEWAY,
    OK,
    SLOW,
    TOO_LONG,
    refusal,
)
from tests.delivery.sender import at_noon, later, sent_with, sweep_at

pytestmark = pytest.mark.django_db

TEXT = "EURUSD BUY @ 1.08523 | SL 1.08323 | TP 1.08723 | conf 0.72 | ema_rsi"


@pytest.mark.parametrize(
    "scene", [SLOW, DROP_AFTER_ACCEPTING, GARBAGE, GATEWAY, TOO_LONG, DROP_BEFORE_ACCEPTING]
)
def test_a_post_that_may_have_been_accepted_is_uncertain_and_never_posted_again(graph, scene):
    delivery = sent_with(scene, graph)

    sweep_at(NOON + timedelta(minutes=4))
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
        (refusal(190, status=401), "pending", timedelta(0)),
        (refusal(368, status=403), "pending", timedelta(0)),
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
