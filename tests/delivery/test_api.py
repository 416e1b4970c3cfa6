"""What staff do by hand, from scripts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Event
from delivery.channel_states import pause_channel
from delivery.models import Attempt, ChannelState, Delivery, Message
from delivery.pauses import pause
from tests.builders import NOON, make_delivery, make_key, make_recipient, make_user

pytestmark = pytest.mark.django_db

WRITES = [
    "/api/admin/kill-switch",
    "/api/admin/test-message",
    "/api/admin/deliveries/1/resolve",
    "/api/admin/channels/whatsapp/resume",
    "/api/admin/signals/1/resend",
]
READS = ["/api/deliveries", "/api/recipients"]


@pytest.fixture
def script(client):
    """A client with a key that may run the desk; `name` is how the log calls it."""
    key, text = make_key("signals:write")
    client.defaults["HTTP_X_API_KEY"] = text
    client.name = key.actor
    return client


def post(client, path, **body):
    return client.post(path, body, content_type="application/json")


@pytest.mark.parametrize("path", WRITES)
def test_only_staff_and_keys_that_may_run_the_desk_get_in(client, path):
    _, reading = make_key("signals:read", "ops:read", "candles:write")

    assert post(client, path).status_code == 401
    assert client.post(path, headers={"X-Api-Key": reading}).status_code == 403
    client.force_login(make_user("vera", "viewer"))
    assert post(client, path).status_code == 403
    client.force_login(make_user("sam", "staff"))
    assert post(client, path).status_code not in (401, 403)


@pytest.mark.parametrize("path", READS)
def test_lists_are_for_viewers_and_keys_that_may_read_operations(client, path):
    _, reading = make_key("ops:read")
    _, pushing = make_key("candles:write", "signals:read")

    assert client.get(path).status_code == 401
    assert client.get(path, headers={"X-Api-Key": pushing}).status_code == 403
    assert client.get(path, headers={"X-Api-Key": reading}).status_code == 200
    client.force_login(make_user("vera", "viewer"))
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", READS)
def test_lists_show_no_whole_address(client, path):
    make_delivery(recipient=make_recipient(address="+447911123456"))
    client.force_login(make_user())

    (row,) = client.get(path).json()["results"]

    assert "+447911123456" not in str(row)
    assert "Anna" in str(row)


def test_deliveries_are_listed_by_state_and_by_message(client):
    make_delivery(state="failed")
    wanted = make_delivery(state="uncertain")
    client.force_login(make_user())

    by_state = client.get("/api/deliveries?state=uncertain").json()["results"]
    by_key = client.get(f"/api/deliveries?message={wanted.message.key}").json()["results"]

    assert [row["id"] for row in by_state] == [row["id"] for row in by_key] == [wanted.pk]
    assert client.get("/api/deliveries?state=lost").status_code == 400


def test_deliveries_are_listed_by_recipient_channel_and_time(client):
    older = make_delivery(created_at=NOON - timedelta(hours=1))
    mail = make_recipient("Mail", channel="email", address="anna@example.org")
    newer = make_delivery(recipient=mail)
    client.force_login(make_user())

    def ids(query):
        return [row["id"] for row in client.get(f"/api/deliveries?{query}").json()["results"]]

    assert ids("channel=email") == ids("since=2026-11-18T12:00:00Z") == [newer.pk]
    assert ids(f"recipient={older.recipient_id}") == ids("channel=whatsapp") == [older.pk]
    assert ids("since=2026-11-18T11:00:00Z") == [newer.pk, older.pk]


@pytest.mark.parametrize(
    "query", ["since=noon", "channel=pigeon", "recipient=0", f"recipient={2**63}"]
)
def test_a_filter_that_finds_nothing_ever_is_refused(client, query):
    client.force_login(make_user())

    assert client.get(f"/api/deliveries?{query}").status_code == 400


def test_a_delivery_shows_every_try_but_no_text_and_no_address(client, django_assert_num_queries):
    anna = make_recipient(address="+447911123456")
    delivery = make_delivery(recipient=anna, state="failed", reason="131026: undeliverable")
    for outcome in ("unknown", "refused"):
        facts = {"post": delivery.post, "channel": "whatsapp", "at": NOON, "outcome": outcome}
        Attempt.objects.create(delivery=delivery, code="131026", detail="gone", **facts)
    client.force_login(make_user())

    with django_assert_num_queries(6):  # session, person, two for the permission; row, attempts
        answer = client.get(f"/api/deliveries/{delivery.pk}").json()

    assert [each["outcome"] for each in answer["attempts"]] == ["unknown", "refused"]
    assert answer["attempts"][0]["detail"] == "gone"
    assert "7911123" not in str(answer)
    assert "EURUSD BUY @" not in str(answer)


@pytest.mark.parametrize("number", [0, 999, 2**63, 10**40])
def test_there_is_no_delivery_with_such_a_number(client, number):
    client.force_login(make_user("sam", "staff"))

    assert client.get(f"/api/deliveries/{number}").status_code == 404
    path = f"/api/admin/deliveries/{number}/resolve"
    assert post(client, path, outcome="arrived").status_code == 404
    assert post(client, f"/api/admin/signals/{number}/resend").status_code == 404


def test_the_state_of_the_kill_switch_can_be_asked_for(script):
    path = "/api/admin/kill-switch"
    before = script.get(path).json()
    pause(reason="news", by="carol", now=NOON)

    assert before == {"enabled": False, "reason": None, "since": None, "by": None}
    assert script.get(path).json() == {
        "enabled": True,
        "reason": "news",
        "since": "2026-11-18T12:00:00Z",
        "by": "carol",
    }


def test_a_test_goes_to_one_or_to_everybody_although_pushes_are_stopped(script):
    anna, _ = make_recipient("Anna"), make_recipient("Ben")
    pause(reason="news", by="carol", now=NOON)

    one = post(script, "/api/admin/test-message", recipient=anna.pk)
    all_of_them = post(script, "/api/admin/test-message", recipient=None)

    assert one.status_code == all_of_them.status_code == 202
    assert [row["recipient"]["name"] for row in one.json()["deliveries"]] == ["Anna"]
    assert len(all_of_them.json()["deliveries"]) == 2
    assert Event.objects.filter(kind="delivery.test", actor=script.name).count() == 2


def test_a_test_to_nobody_or_to_who_opted_out_is_refused(script):
    gone = make_recipient(opted_out_at=NOON)

    refused = post(script, "/api/admin/test-message", recipient=gone.pk)
    unknown = post(script, "/api/admin/test-message", recipient=gone.pk + 1)

    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "NOBODY_TO_SEND_TO"
    assert unknown.status_code == 400
    assert not Message.objects.exists()


@pytest.mark.parametrize(("outcome", "state"), [("arrived", "sent"), ("send_again", "pending")])
def test_an_uncertain_delivery_is_settled_once(script, outcome, state):
    delivery = make_delivery(state="uncertain")
    path = f"/api/admin/deliveries/{delivery.pk}/resolve"

    done = post(script, path, outcome=outcome)
    again = post(script, path, outcome=outcome)

    assert [row["state"] for row in done.json()["deliveries"]] == [state]
    assert again.status_code == 409
    assert again.json()["error"]["code"] == "NOT_UNCERTAIN"
    assert Event.objects.filter(subject=f"delivery:{delivery.pk}", actor=script.name).count() == 1


def test_sending_again_is_refused_under_the_kill_switch(script):
    delivery = make_delivery(state="uncertain")
    pause(reason="news", by="carol", now=NOON)

    path = f"/api/admin/deliveries/{delivery.pk}/resolve"
    refused = post(script, path, outcome="send_again")

    assert refused.json()["error"]["code"] == "PUSHES_PAUSED"
    assert Delivery.objects.get().state == "uncertain"


def test_a_decision_must_be_one_of_two_about_a_delivery_there_is(script):
    delivery = make_delivery(state="uncertain")

    assert post(script, f"/api/admin/deliveries/{delivery.pk}/resolve").status_code == 400
    assert post(script, "/api/admin/deliveries/999/resolve", outcome="arrived").status_code == 404


def test_a_paused_channel_is_resumed_once(script):
    pause_channel("whatsapp", code="190", reason="token", probe_after=None, now=timezone.now())
    path = "/api/admin/channels/whatsapp/resume"

    assert post(script, path).json() == {"channel": "whatsapp", "was_paused": True}
    assert post(script, path).json() == {"channel": "whatsapp", "was_paused": False}
    assert ChannelState.objects.get().paused_at is None
    assert Event.objects.filter(kind="channel.resumed", actor=script.name).count() == 1
    assert post(script, "/api/admin/channels/pigeon/resume").status_code == 404


def test_the_schema_describes_every_call(client):
    client.force_login(make_user())

    paths = client.get("/api/schema?format=json").json()["paths"]

    for path in ("/api/admin/test-message", "/api/admin/signals/{signal_id}/resend", *READS):
        assert path in paths


@pytest.mark.parametrize("number", ["1e999", "99999999999999999999", '"Anna"', "1.5"])
def test_an_id_no_recipient_can_have_is_refused(script, number):
    body = f'{{"recipient": {number}}}'

    answer = script.post("/api/admin/test-message", body, content_type="application/json")

    assert answer.status_code == 400
    assert not Delivery.objects.exists()


def test_a_misspelt_field_does_not_send_the_test_to_everybody(script):
    anna = make_recipient("Anna")

    misspelt = post(script, "/api/admin/test-message", recipent=anna.pk)
    by_name = post(script, "/api/admin/test-message", recipient="Anna")

    assert (misspelt.status_code, by_name.status_code) == (400, 400)
    assert "There is no such field" in misspelt.json()["error"]["message"]
    assert "Write the recipient's id" in by_name.json()["error"]["message"]
    assert not Delivery.objects.exists()
