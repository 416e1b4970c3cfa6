"""What staff do about recipients, by script."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.forms import model_to_dict
from django.test import Client
from django.utils import timezone

from access.models import KeptAnswer
from audit.models import Event
from delivery.models import Consent, Delivery, Recipient
from delivery.recipient_edits import EDITABLE
from delivery.signing import shown_secret
from tests.builders import NOON, make_delivery, make_key, make_recipient, make_symbol, make_user

pytestmark = pytest.mark.django_db
PATH = "/api/admin/recipients"
PHONE = "+447911123456"
ANNA = {
    "name": "Anna",
    "channel": "whatsapp",
    "address": "+44 7911 123456",
    "opted_in_at": "2026-11-18T12:00:00Z",
    "opt_in_source": "signed form",
}
HOOK = {"channel": "webhook", "address": "https://example.org/hook"}


@pytest.fixture
def script(client):
    """A client with a key that may run the desk."""
    key, text = make_key("signals:write")
    client.defaults["HTTP_X_API_KEY"] = text
    client.name = key.actor
    return client


@pytest.fixture
def boss():
    """A browser, or a script with a token, of an admin."""
    client = Client()
    client.force_login(make_user("boss", "admin"))
    return client


def add(client, **values):
    return client.post(PATH, {**ANNA, **values}, content_type="application/json")


def change(client, recipient, **values):
    return client.patch(f"{PATH}/{recipient.pk}", values, content_type="application/json")


def act(client, what, recipient, **body):
    path = f"{PATH}/{recipient.pk}/{what}"
    return client.post(path, body, content_type="application/json")


def error(answer):
    return answer.json()["error"]


def test_a_script_adds_somebody_with_wishes_quiet_hours_and_consent(script):
    make_symbol("EURUSD")

    answer = add(script, wants={"symbol": ["EURUSD"]}, quiet_from="22:00", quiet_until="07:00")

    recipient = Recipient.objects.get()
    assert answer.status_code == 201
    assert answer.json()["id"] == recipient.pk
    assert (recipient.address, recipient.wants) == (PHONE, {"symbol": ["EURUSD"]})
    assert (Consent.objects.get().source, Consent.objects.get().at) == ("signed form", NOON)
    assert Event.objects.get(kind="recipient.added").actor == script.name


def test_an_address_goes_in_whole_and_comes_out_masked(script, boss):
    answers = [add(script), change(script, Recipient.objects.get(), name="Bea")]
    answers += [boss.get(f"{PATH}/{Recipient.objects.get().pk}")]

    assert {answer.json()["address"] for answer in answers} == {"+44********56"}
    assert "7911123" not in str(list(Event.objects.values()))


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"address": "07911 123456"}, "address", "with its country code"),
        ({"opt_in_source": ""}, "opt_in_source", "say when and how they agreed"),
        ({"opted_in_at": None}, "opt_in_source", "say when and how they agreed"),
        ({"opted_in_at": "2099-01-01T00:00:00Z"}, "opted_in_at", "in the future"),
        ({"quiet_from": "22:00"}, "non_field_errors", "both a start and an end"),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "quiet_until", "leave both empty"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "Europe/London"),
        ({"wants": {"symbol": ["XAUUSD"]}}, "wants", "no symbol called XAUUSD"),
        ({"wants": {"simbol": ["EURUSD"]}}, "wants", "there is symbol, strategy"),
        ({"min_confidence": 2}, "min_confidence", "at most 1"),
        ({"channel": "pigeon"}, "channel", "Write one of"),
        ({"is_active": "no"}, "is_active", "true or false"),
        ({"name": "a\0b"}, "name", "no text may have"),
        ({"channel": "webhook", "address": "http://127.0.0.1/x"}, "address", "posted there"),
        ({"nmae": "Anna"}, "nmae", "did you mean name?"),
    ],
)
def test_what_the_form_refuses_is_refused_by_field(script, settings, wrong, field, words):
    settings.OUTBOUND_ALLOW_HOSTS = []
    make_symbol("EURUSD")

    answer = add(script, **wrong)

    assert answer.status_code == 400
    assert words in str(error(answer)["details"][field])
    assert not Recipient.objects.exists()


def test_an_address_has_one_recipient(script):
    add(script)

    assert "with this address already" in error(add(script, name="Bea"))["message"]


def test_a_number_that_opted_out_needs_a_later_consent(script):
    facts = {"channel": "whatsapp", "address": PHONE, "action": "opt_out", "source": "STOP"}
    Consent.objects.create(**facts, at=NOON + timedelta(hours=1))

    assert "opted out on 18 Nov 2026" in error(add(script))["message"]
    assert add(script, opted_in_at="2026-11-19T12:00:00Z").status_code == 201


def test_only_what_is_sent_is_changed(script):
    gone = {"opted_out_at": NOON, "problem": "131026", "wants": {"symbol": ["XAUUSD"]}}
    recipient = make_recipient(opt_in_source="form", **gone)
    before = model_to_dict(recipient)

    answer = change(script, recipient, min_confidence=0.5)

    recipient.refresh_from_db()
    assert answer.status_code == 200
    assert model_to_dict(recipient) == {**before, "min_confidence": 0.5}
    assert Event.objects.get(kind="recipient.changed").payload == {"changed": ["min_confidence"]}


def test_switching_somebody_off_cancels_what_waits_for_them(script):
    waiting = make_delivery(recipient=make_recipient(opt_in_source="form"))

    change(script, waiting.recipient, is_active=False)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("cancelled", "recipient_paused")


def test_no_column_is_written_but_those_staff_edit(script):
    recipient = make_recipient(opt_in_source="form")
    closed = {field.name for field in Recipient._meta.get_fields()} - set(EDITABLE)
    assert {"id", "opted_out_at", "provider_address", "secret_version", "problem"} <= closed

    for name in closed:
        assert list(error(change(script, recipient, **{name: 1}))["details"]) == [name]
        assert list(error(add(script, **{name: 1}))["details"]) == [name]


def test_somebody_opts_out_and_in_again_by_what_they_said(script):
    waiting = make_delivery()
    anna = waiting.recipient

    out = act(script, "opt-out", anna, how="phoned on 3 May")
    still_out = act(script, "opt-out", anna, how="phoned again")
    back = act(script, "opt-in", anna, how="asked by mail")

    assert out.json()["opted_out_at"] == still_out.json()["opted_out_at"] is not None
    assert (back.json()["opted_out_at"], back.json()["opt_in_source"]) == (None, "asked by mail")
    assert Delivery.objects.get().state == "cancelled"
    said = Consent.objects.order_by("pk").values_list("action", "source")
    assert list(said) == [("opt_out", "phoned on 3 May"), ("opt_in", "asked by mail")]


@pytest.mark.parametrize("what", ["opt-out", "opt-in"])
def test_consent_needs_words(script, what):
    assert act(script, what, make_recipient()).status_code == 400
    assert act(script, what, make_recipient(), how=" ").status_code == 400


def test_somebody_is_paused_and_resumed_with_what_failed_forgotten(script):
    anna = make_recipient(problem="131026", failures_in_row=3)

    assert act(script, "pause", anna).json()["is_active"] is False
    resumed = act(script, "resume", anna).json()

    assert (resumed["is_active"], resumed["problem"]) == (True, "")


def test_only_an_admin_forgets_somebody_and_no_key_does(script):
    anna = make_recipient()
    every_scope = ("signals:read", "signals:write", "candles:write", "ops:read")
    strongest = Client(headers={"X-Api-Key": make_key(*every_scope)[1]})
    sam = Client()
    sam.force_login(make_user("sam", "staff"))

    for client in (script, strongest, sam):
        assert act(client, "forget", anna, confirm=True).status_code == 403
    assert not Recipient.objects.get().is_erased


def test_forgetting_asks_first_and_leaves_a_number_nobody_changes(boss):
    anna = make_recipient("Anna")

    asked = act(boss, "forget", anna)
    done = act(boss, "forget", anna, confirm=True)

    assert error(asked)["code"] == "CONFIRMATION_NEEDED"
    assert done.json()["name"] == f"Erased {anna.pk}"
    for what, body in [("forget", {"confirm": True}), ("opt-in", {"how": "x"}), ("resume", {})]:
        assert error(act(boss, what, anna, **body))["code"] == "FORGOTTEN"
    assert error(change(boss, anna, name="Anna"))["code"] == "FORGOTTEN"


def test_forgetting_empties_the_answers_that_name_them(boss, script):
    once = {"Idempotency-Key": "k"}
    path, body = "/api/admin/test-message", {"recipient": make_recipient("Anna").pk}
    script.post(path, body, "application/json", headers=once)
    assert "Anna" in KeptAnswer.objects.get().body

    act(boss, "forget", Recipient.objects.get(), confirm=True)

    assert "Anna" not in KeptAnswer.objects.get().body
    assert script.post(path, body, "application/json", headers=once).status_code == 202
    assert Delivery.objects.count() == 1


def test_a_new_signing_secret_is_shown_once_and_kept_nowhere(script):
    hook = make_recipient(**HOOK)

    answer = act(script, "signing-secret", hook)

    hook.refresh_from_db()
    secret = answer.json()["secret"]
    assert secret == shown_secret(hook)
    assert hook.secret_version == 2
    assert answer.headers["Cache-Control"] == "no-store"
    assert secret not in json.dumps(script.get(f"{PATH}/{hook.pk}").json())
    assert secret not in str([*KeptAnswer.objects.values(), *Event.objects.values()])
    old = datetime.fromisoformat(answer.json()["old_signs_until"])
    assert old.astimezone(UTC) > timezone.now()


def test_where_nothing_is_signed_there_is_no_secret_to_make(script):
    assert error(act(script, "signing-secret", make_recipient()))["code"] == "NOTHING_SIGNED"


@pytest.mark.parametrize("number", [0, 999, 2**63 - 1, 2**63, 10**40])
def test_nobody_has_such_a_number(boss, number):
    nobody = Recipient(pk=number)

    assert boss.get(f"{PATH}/{number}").status_code == 404
    assert change(boss, nobody, name="Anna").status_code == 404
    for what in ("opt-out", "opt-in", "pause", "resume", "forget", "signing-secret"):
        body = {"how": "x"} if what.startswith("opt") else {}
        assert act(boss, what, nobody, **body).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_scripts_that_add_the_same_address_at_once_make_one_recipient():
    _, text = make_key("signals:write")

    def add_anna(_):
        try:
            return add(Client(headers={"X-Api-Key": text})).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = sorted(pool.map(add_anna, range(8)))

    assert found == [201, *[400] * 7]
    assert Recipient.objects.count() == 1
