"""What an endpoint receives, signed and repeated until a yes, and how a broken one is treated."""

import hmac
from base64 import b64decode, b64encode
from datetime import timedelta

import pytest

from delivery.models import ChannelState, Recipient
from delivery.sending import send_due, send_now
from delivery.signing import shown_secret
from tests.builders import NOON, make_delivery, make_message, make_recipient
from tests.delivery.scripted_server import (
    DROP_AFTER_ACCEPTING,
    GARBAGE,
    GATEWAY,
    OK,
    REDIRECT,
    TOO_LONG,
    Scene,
    ScriptedServer,
)
from tests.delivery.sender import sweep_at

LONG = NOON + timedelta(hours=2)


@pytest.fixture
def endpoint():
    with ScriptedServer.listening() as server:
        yield server


def refusal(status, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Scene(accepts=False, status=status, answer=b"no", headers=named)


def make_endpoint(server, path="/hook", **values):
    return make_recipient(channel="webhook", address=f"{server.url}{path}", **values)


def sent(endpoint, *scenes, **values):
    """The delivery after one try at noon against `scenes`."""
    endpoint.play(*scenes)
    delivery = make_delivery(recipient=make_endpoint(endpoint), **values)
    send_now(delivery.pk, clock=lambda: NOON)
    delivery.refresh_from_db()
    return delivery


def verified(request, secret):
    """The content, if one signature of the request is `secret`'s: what a receiver does."""
    name, sent_at = request.headers["webhook-id"], request.headers["webhook-timestamp"]
    signed = f"{name}.{sent_at}.".encode() + request.raw
    digest = hmac.digest(b64decode(secret.removeprefix("whsec_")), signed, "sha256")
    given = request.headers["webhook-signature"].split()
    return request.content if f"v1,{b64encode(digest).decode()}" in given else None


@pytest.mark.django_db
def test_a_message_is_posted_signed_and_is_delivered_once_taken(endpoint):
    message = make_message(text="EURUSD BUY\n€", title="EURUSD BUY", fields={"price": 1.08523})

    delivery = sent(endpoint, OK, message=message)

    request = endpoint.seen[0]
    assert request.path == "/hook"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-id"] == str(delivery.public_id)
    assert request.headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    assert verified(request, shown_secret(delivery.recipient)) == {
        "type": "message.signal",
        "timestamp": "2026-11-18T12:00:00Z",
        "data": {"price": 1.08523, "title": "EURUSD BUY", "text": "EURUSD BUY\n€"},
    }
    assert (delivery.state, delivery.post.provider_id) == ("delivered", str(delivery.public_id))


@pytest.mark.django_db
def test_after_a_rotation_both_secrets_verify_for_a_day(endpoint):
    recipient = make_endpoint(endpoint)
    old = shown_secret(recipient)
    Recipient.objects.update(secret_version=2, secret_rotated_at=NOON - timedelta(hours=23))
    new = shown_secret(Recipient.objects.get())
    in_time, too_late = make_delivery(recipient=recipient), make_delivery(recipient=recipient)

    send_now(in_time.pk, clock=lambda: NOON)
    Recipient.objects.update(secret_rotated_at=NOON - timedelta(hours=24), free_at=None)
    send_now(too_late.pk, clock=lambda: NOON)

    first, second = endpoint.seen
    assert old != new
    assert verified(first, old) and verified(first, new)
    assert verified(second, new) and not verified(second, old)


@pytest.mark.django_db
@pytest.mark.parametrize("scene", [OK, GARBAGE, Scene(accepts=True, status=204, answer=b"")])
def test_any_2xx_is_a_yes_whatever_it_says(endpoint, scene):
    assert sent(endpoint, scene).state == "delivered"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scene", "state", "wait_seconds"),
    [
        (refusal(500), "pending", 1),
        (refusal(404), "pending", 1),
        (GATEWAY, "pending", 1),
        (refusal(429), "pending", 1),
        (refusal(429, Retry_After="20"), "pending", 20),
        (refusal(503, Retry_After="Wed, 18 Nov 2026 12:01:30 GMT"), "pending", 90),
        (refusal(503, Retry_After="86400"), "pending", 285),  # the last try before deliver_by
        (refusal(503, Retry_After="soon"), "pending", 1),
        (refusal(500, Retry_After="20"), "pending", 1),
        (DROP_AFTER_ACCEPTING, "pending", 1),
        (TOO_LONG, "pending", 1),
        (REDIRECT, "failed", None),
        (refusal(410), "failed", None),
    ],
)
def test_each_answer_has_its_remedy(endpoint, scene, state, wait_seconds):
    delivery = sent(endpoint, scene)

    assert delivery.state == state
    assert len(endpoint.requests) == 1
    if wait_seconds is not None:
        assert delivery.due_at == NOON + timedelta(seconds=wait_seconds)


@pytest.mark.django_db
def test_a_repeat_carries_the_same_id_and_a_new_time_so_that_the_receiver_drops_it(endpoint):
    delivery = sent(endpoint, DROP_AFTER_ACCEPTING)

    send_now(delivery.pk, clock=lambda: NOON + timedelta(seconds=2))

    first, second = endpoint.seen
    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 2
    assert verified(second, shown_secret(delivery.recipient))


@pytest.mark.django_db
def test_an_endpoint_that_is_gone_is_switched_off(endpoint):
    delivery = sent(endpoint, refusal(410))

    assert not Recipient.objects.get(pk=delivery.recipient_id).is_active


@pytest.mark.django_db
def test_a_broken_endpoint_rests_alone_and_never_stops_the_channel(endpoint):
    message = make_message(deliver_by=LONG)
    with ScriptedServer.listening() as broken:
        broken.play(*[refusal(500)] * 50)
        bad = make_delivery(recipient=make_endpoint(broken), message=message)
        clock = NOON
        while clock < LONG - timedelta(minutes=5):
            send_due(clock=lambda now=clock: now)
            bad.refresh_from_db()
            clock = bad.due_at
        good = make_delivery(recipient=make_endpoint(endpoint), message=message)
        send_due(clock=lambda: clock)

    good.refresh_from_db()
    assert len(broken.requests) > 20
    assert good.state == "delivered"
    assert ChannelState.objects.get(channel="webhook").paused_at is None


@pytest.mark.django_db
def test_while_an_endpoint_rests_nothing_else_is_posted_to_it(endpoint):
    endpoint.play(refusal(503, Retry_After="60"))
    recipient = make_endpoint(endpoint)
    first = make_delivery(recipient=recipient)
    send_now(first.pk, clock=lambda: NOON)
    make_delivery(recipient=recipient)

    send_due(clock=lambda: NOON + timedelta(seconds=59))
    assert len(endpoint.requests) == 1

    send_due(clock=lambda: NOON + timedelta(seconds=60))
    assert len(endpoint.requests) == 3


@pytest.mark.django_db
def test_an_endpoint_that_fails_three_messages_has_a_problem_until_it_takes_one(endpoint):
    recipient = make_endpoint(endpoint)
    endpoint.play(*[refusal(500)] * 3)
    for n in range(3):
        made_at = NOON + timedelta(minutes=10 * n)
        times = {"due_at": made_at, "deliver_by": made_at + timedelta(minutes=5)}
        failing = make_delivery(recipient=recipient, **times)
        send_now(failing.pk, clock=lambda at=made_at: at)
        sweep_at(made_at + timedelta(minutes=6))

    recipient.refresh_from_db()
    assert recipient.problem.endswith("500: the endpoint answered HTTP 500")
    assert recipient.is_active

    later = NOON + timedelta(hours=1)
    message = make_message("signal:2", deliver_by=later + timedelta(minutes=5))
    send_now(make_delivery(recipient=recipient, message=message).pk, clock=lambda: later)
    recipient.refresh_from_db()
    assert (recipient.problem, recipient.failures_in_row) == ("", 0)


@pytest.mark.django_db
def test_an_endpoint_in_the_own_network_is_refused_at_each_post(endpoint, settings):
    settings.OUTBOUND_ALLOW_HOSTS = []

    delivery = sent(endpoint)

    assert (delivery.state, endpoint.requests) == ("failed", [])
    assert "address_not_allowed" in delivery.reason
