"""STOP and START: at once, once, whoever and however often."""

from datetime import timedelta

import pytest
import time_machine

from audit.models import Event
from delivery.consent import last_withdrawal
from delivery.models import Consent, Delivery, Inbound, Message, Recipient
from delivery.sending import send_due
from tests.builders import NOON, make_delivery, make_recipient
from tests.delivery.meta import LATER, SECRET, call, callback, message

pytestmark = pytest.mark.django_db

NUMBER = "447911100000"


@pytest.fixture(autouse=True)
def two_past_noon(settings):
    """The callbacks come then, and are signed."""
    settings.WHATSAPP_APP_SECRET = SECRET
    with time_machine.travel(LATER, tick=False):
        yield


def says(client, text="STOP", **more):
    """Meta's callback about one message."""
    said = {"messages": [message(text, **more)]}
    assert call(client, callback(**said)).status_code == 200


def test_a_stop_ends_everything_before_meta_has_its_answer(client):
    anna = make_recipient(address=f"+{NUMBER}")
    waiting = [make_delivery(recipient=anna) for _ in range(3)]
    other = make_delivery()

    says(client, "Stop.")

    anna.refresh_from_db()
    assert anna.opted_out_at == LATER
    states = Delivery.objects.filter(pk__in=[d.pk for d in waiting])
    assert set(states.values_list("state", "reason")) == {("cancelled", "opted_out")}
    other.refresh_from_db()
    assert other.state == "pending"
    assert Consent.objects.get().source == "wrote STOP"
    assert Inbound.objects.get().command == "stop"
    assert Event.objects.get(kind="recipient.opted_out").payload == {"cancelled": 3}


def test_whoever_opted_out_gets_one_answer_and_then_nothing_more(client, graph):
    anna = make_recipient(address=f"+{NUMBER}", language="de")
    says(client, "STOP")
    says(client, "STOP", message_id="wamid.in.2")
    make_delivery(recipient=anna)

    send_due(clock=lambda: LATER)

    assert graph.texts == [Message.objects.get(kind="consent").text]
    assert graph.texts[0].startswith("Sie bekommen keine Nachrichten mehr")
    assert Delivery.objects.get(message__kind="signal").state == "cancelled"
    assert Consent.objects.count() == 1


def test_the_same_stop_again_has_one_effect(client):
    make_recipient(address=f"+{NUMBER}")

    for details in ("a", "b", "c"):  # other bytes, the same message
        says(client, "STOP", context={"from": details})

    assert Inbound.objects.count() == Message.objects.filter(kind="consent").count() == 1


def test_a_start_opts_in_again_and_is_confirmed_once(client):
    anna = make_recipient(address=f"+{NUMBER}", opted_out_at=NOON)

    says(client, "START")
    says(client, "start", message_id="wamid.in.2")

    anna.refresh_from_db()
    assert (anna.opted_out_at, anna.opted_in_at, anna.opt_in_source) == (None, LATER, "wrote START")
    assert Message.objects.get(kind="consent").text.startswith("You get our messages from now on")


def test_an_old_stop_that_comes_late_does_not_undo_a_newer_start(client):
    anna = make_recipient(address=f"+{NUMBER}", opted_out_at=NOON)
    says(client, "START")

    says(client, "STOP", message_id="wamid.in.2", at=LATER - timedelta(minutes=1))

    anna.refresh_from_db()
    assert anna.opted_out_at is None


@pytest.mark.parametrize(
    "pressed",
    [
        {"type": "button", "button": {"text": "Stop", "payload": "x"}},
        {"type": "button", "button": {"text": "No thanks", "payload": "STOP"}},
        {"interactive": {"type": "button_reply", "button_reply": {"id": "1", "title": "STOP"}}},
        {"interactive": {"type": "list_reply", "list_reply": {"id": "stop", "title": "Enough"}}},
    ],
)
def test_a_button_that_says_stop_is_a_stop(client, pressed):
    anna = make_recipient(address=f"+{NUMBER}")

    says(client, "", **pressed)

    anna.refresh_from_db()
    assert anna.opted_out_at == LATER


def test_a_stop_is_known_by_the_way_whatsapp_writes_the_number(client):
    anna = make_recipient(address="+5511987654321", provider_address="+551187654321")

    says(client, "SAIR", sender="551187654321")

    anna.refresh_from_db()
    assert anna.opted_out_at == LATER


def test_a_stop_without_a_number_is_known_by_the_user_id_seen_before(client):
    anna = make_recipient(address=f"+{NUMBER}")
    person = {"wa_id": NUMBER, "user_id": "GB.134912", "profile": {"name": "Anna"}}
    call(client, callback(messages=[message("hello")], contacts=[person]))
    anna.refresh_from_db()
    assert (anna.provider_user_id, anna.last_inbound_at) == ("GB.134912", LATER)

    unnamed = message("STOP", message_id="wamid.in.2")
    del unnamed["from"]
    call(client, callback(messages=[unnamed], contacts=[{"user_id": "GB.134912"}]))

    anna.refresh_from_db()
    assert anna.opted_out_at == LATER


def test_the_window_opens_with_each_message_and_never_goes_back(client):
    anna = make_recipient(address=f"+{NUMBER}")

    says(client, "hello")
    says(client, "earlier", message_id="wamid.in.2", at=NOON)

    anna.refresh_from_db()
    assert anna.last_inbound_at == LATER


def test_a_strangers_stop_is_kept_for_whoever_adds_the_number_later(client):
    says(client, "STOP", sender="491701111111")

    assert last_withdrawal("whatsapp", "+491701111111").at == LATER
    assert not Message.objects.exists()
    says(client, "START", sender="491701111111", message_id="wamid.in.2")
    assert last_withdrawal("whatsapp", "+491701111111") is None
    assert not Recipient.objects.exists()


def test_somebody_with_a_new_number_is_written_to_there(client):
    anna = make_recipient(address=f"+{NUMBER}", provider_address=f"+{NUMBER}1")

    moved(client)

    anna.refresh_from_db()
    assert (anna.address, anna.provider_address) == ("+4915112345678", "")
    assert anna.last_inbound_at is None


def test_a_new_number_that_another_recipient_has_switches_the_old_one_off(client):
    anna = make_recipient(address=f"+{NUMBER}")
    make_recipient("Bert", address="+4915112345678")

    moved(client)

    anna.refresh_from_db()
    assert not anna.is_active


def moved(client):
    system = {"type": "user_changed_number", "wa_id": "4915112345678", "body": "changed"}
    said = message("", type="system", system=system)
    assert call(client, callback(messages=[said])).status_code == 200


def test_no_number_is_in_the_log(client):
    make_recipient(address=f"+{NUMBER}")

    says(client, "STOP")
    says(client, "STOP", sender="491701111111", message_id="wamid.in.2")

    log = " ".join(f"{event.text} {event.payload} {event.subject}" for event in Event.objects.all())
    assert NUMBER not in log and "491701111111" not in log


def test_a_stop_is_honoured_also_beside_a_message_that_breaks_us(client):
    anna = make_recipient(address=f"+{NUMBER}")
    odd = {"id": "wamid.odd", "from": "1" * 150, "type": "text", "text": {"body": "\\u0000\\ud800"}}

    call(client, callback(messages=[odd, {"id": 1}, "x", message("STOP")]))

    anna.refresh_from_db()
    assert anna.opted_out_at == LATER
