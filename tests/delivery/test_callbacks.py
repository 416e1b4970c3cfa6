"""Who may call, what is stored, and that acting on it twice is acting once."""

from datetime import timedelta

import pytest

from audit.models import Event
from delivery.callbacks.store import act_on_waiting, free, keep
from delivery.channels.base import Receipt
from delivery.models import Callback, Inbound, ProviderStatus
from delivery.results import record_receipt
from delivery.tasks import read_callbacks
from tests.builders import NOON
from tests.delivery.meta import (
    LATER,
    SECRET,
    call,
    callback,
    make_posted,
    message,
    posted_again,
    sent_again,
    signature,
    status,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def secrets(settings):
    settings.WHATSAPP_APP_SECRET = SECRET
    settings.WHATSAPP_VERIFY_TOKEN = "my-word"
    settings.TELEGRAM_WEBHOOK_SECRET = "bot-word"


def challenge(client, **changed):
    asked = {"hub.mode": "subscribe", "hub.verify_token": "my-word", "hub.challenge": "1158201444"}
    return client.get("/webhooks/whatsapp", asked | changed)


def test_the_challenge_is_echoed_to_who_knows_the_verify_token(client):
    answer = challenge(client)

    assert (answer.status_code, answer.content) == (200, b"1158201444")
    assert answer["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    "changed",
    [{"hub.verify_token": "other"}, {"hub.verify_token": ""}, {"hub.mode": "unsubscribe"}],
)
def test_the_challenge_is_refused_to_anybody_else(client, changed):
    answer = challenge(client, **changed)

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "NOT_THE_PROVIDER"


def test_without_a_verify_token_nobody_knows_it(client, settings):
    settings.WHATSAPP_VERIFY_TOKEN = ""

    assert challenge(client, **{"hub.verify_token": ""}).status_code == 403


def test_a_signed_callback_is_stored_answered_and_acted_on_by_a_worker(client):
    delivery = make_posted()
    body = callback(statuses=[status(kind="delivered")])

    assert call(client, body).status_code == 200
    read_callbacks()

    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    stored = Callback.objects.get()
    assert stored.processed_at is not None
    assert stored.body == ""


def test_the_signature_is_over_the_raw_bytes_whatever_is_in_them(client):
    body = callback(messages=[message("Grüße 🛑 \\u00e9")]) + b"\n \n"

    assert call(client, body).status_code == 200


@pytest.mark.parametrize(
    "signed",
    ["", "sha256=", "sha256=00", signature(b"other"), signature(b"{}", "other secret"), "sha256=é"],
)
def test_without_the_right_signature_nothing_happens(client, signed):
    delivery = make_posted()
    body = callback(statuses=[status(kind="read")], messages=[message("STOP")])

    answer = client.post(
        "/webhooks/whatsapp", body, content_type="application/json", headers=hub(signed)
    )

    assert answer.status_code == 403
    delivery.refresh_from_db()
    assert delivery.state == "sent"
    assert not Callback.objects.exists() and not Inbound.objects.exists()


def hub(signed):
    return {"X-Hub-Signature-256": signed} if signed else {}


def test_without_an_app_secret_every_callback_is_refused(client, settings):
    settings.WHATSAPP_APP_SECRET = ""
    body = callback(statuses=[status()])

    answer = client.post(
        "/webhooks/whatsapp",
        body,
        content_type="application/json",
        headers=hub(signature(body, "")),
    )

    assert answer.status_code == 403


def test_a_body_over_a_megabyte_is_refused(client):
    assert call(client, b" " * 1_048_577).status_code == 413


def test_a_body_over_what_other_views_take_is_stored(client):
    statuses = [status(f"wamid.{n}", details="x" * 1000, code=100) for n in range(260)]
    body = callback(statuses=statuses)

    assert len(body) > 262_144
    assert call(client, body).status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
@pytest.mark.parametrize("path", ["/webhooks/whatsapp", "/webhooks/telegram"])
def test_other_methods_are_refused(client, method, path):
    assert getattr(client, method)(path).status_code == 405


@pytest.mark.parametrize("shown", [None, "", "other"])
def test_telegram_shows_its_secret_or_is_refused(client, shown):
    assert update(client, {"update_id": 1}, secret=shown).status_code == 403
    assert not Callback.objects.exists()


def test_without_a_telegram_secret_every_update_is_refused(client, settings):
    settings.TELEGRAM_WEBHOOK_SECRET = ""

    assert update(client, {"update_id": 1}, secret="").status_code == 403


def test_an_update_with_the_secret_is_taken(client):
    assert update(client, {"update_id": 1}, secret="bot-word").status_code == 200
    assert Callback.objects.get().channel == "telegram"


def update(client, content, *, secret):
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    return client.post(
        "/webhooks/telegram", content, content_type="application/json", headers=headers
    )


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"{}", b'{"entry": 1}', b"\xff\x00"])
def test_a_body_nobody_can_read_is_answered_and_noted_once(client, body):
    for _ in range(3):
        assert call(client, body).status_code == 200
    act_on_waiting(now=NOON)

    assert Callback.objects.get().error.startswith("Unreadable")
    assert Event.objects.filter(kind="callback.failed").count() == 1


def test_the_same_bytes_again_are_the_same_callback(client):
    make_posted()
    body = callback(statuses=[status(kind="delivered")])

    for _ in range(3):
        call(client, body)
        read_callbacks()

    assert Callback.objects.count() == ProviderStatus.objects.count() == 1
    assert Event.objects.filter(kind="delivery.delivered").count() == 1


def test_without_a_broker_the_sweep_reads_what_was_stored(client, celery_without_broker):
    delivery = make_posted()
    assert call(client, callback(statuses=[status(kind="read")])).status_code == 200
    delivery.refresh_from_db()
    assert delivery.state == "sent"

    act_on_waiting(now=NOON)

    delivery.refresh_from_db()
    assert delivery.state == "read"


def test_a_report_that_cannot_be_told_apart_yet_is_asked_again_after_a_few_seconds():
    delivery = make_posted("uncertain", wamid="", sent_at=None)
    sent_again(delivery)
    second = posted_again(delivery, state="sending")
    read = status("wamid.1", "read", echo=str(delivery.public_id))
    keep("whatsapp", callback(statuses=[read]), now=LATER)

    act_on_waiting(now=LATER)
    assert not free(now=LATER).exists()
    record_receipt([delivery], second, Receipt(provider_id="wamid.2"), now=LATER)
    act_on_waiting(now=LATER + timedelta(seconds=6))

    assert Callback.objects.get().processed_at is not None
    assert Event.objects.filter(kind="delivery.came_twice").count() == 1
