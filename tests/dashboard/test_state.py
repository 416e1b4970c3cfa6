"""What `export_state` says, and what it keeps to itself."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from dashboard.state import snapshot
from delivery.models import Attempt, Delivery
from tests.builders import NOON, make_delivery, make_message, make_recipient, make_signal

pytestmark = pytest.mark.django_db(transaction=True)


def exported():
    out = StringIO()
    call_command("export_state", "--json", stdout=out)
    return json.loads(out.getvalue())


def test_an_empty_desk_is_a_whole_answer():
    assert exported() == {
        "audit": None,
        "signals": [],
        "messages": [],
        "recipients": [],
        "deliveries": [],
    }


def test_a_signal_is_the_contracts_json_with_its_run_and_config():
    signal = make_signal()

    [found] = exported()["signals"]

    assert list(found)[:4] == ["symbol", "timeframe", "action", "price"]
    assert (found["price"], found["version"]) == (1.08523, "v1")
    assert (found["id"], found["run"], found["config"]) == (
        signal.pk,
        signal.run_id,
        signal.config_id,
    )


def test_a_delivery_names_message_recipient_and_each_attempt():
    delivery = make_delivery(message=make_message("signal:7"), state="sent")
    delivery.post.provider_id = "wamid.1"
    delivery.post.save()
    facts = {"delivery": delivery, "post": delivery.post, "channel": "whatsapp", "at": NOON}
    Attempt.objects.create(**facts, outcome="refused", code="131056")
    Attempt.objects.create(**facts, outcome="accepted")

    [found] = exported()["deliveries"]

    assert (found["message"], found["recipient"]) == ("signal:7", delivery.recipient_id)
    assert (found["state"], found["sent_at"]) == ("sent", "2026-11-18T12:00:00Z")
    assert found["provider_id"] == "wamid.1"
    assert [(a["outcome"], a["code"]) for a in found["attempts"]] == [
        ("refused", "131056"),
        ("accepted", ""),
    ]


def test_no_whole_address_and_no_secret_is_in_it(settings):
    settings.WHATSAPP_TOKEN = "EAAsecret-token"
    make_delivery(recipient=make_recipient(address="+447911123456"))

    text = json.dumps(exported())

    assert "7911123456" not in text
    assert "EAAsecret-token" not in text
    assert settings.SECRET_KEY not in text


def test_what_changes_meanwhile_is_not_seen_and_nobody_waits():
    make_delivery()
    other = connection.copy()

    with snapshot():
        before = Delivery.objects.count()
        with other.cursor() as cursor:
            cursor.execute("UPDATE delivery_delivery SET state = 'claimed', claimed_until = due_at")
        seen = Delivery.objects.get().state
    other.close()

    assert (before, seen) == (1, "pending")
    assert Delivery.objects.get().state == "claimed"


def test_the_number_of_queries_does_not_grow_with_the_rows(django_assert_max_num_queries):
    for _ in range(20):
        make_delivery()

    with django_assert_max_num_queries(9):
        exported()
