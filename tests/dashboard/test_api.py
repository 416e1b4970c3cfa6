import pytest

from audit.models import Event
from delivery.models import Message
from delivery.pauses import pause
from tests.builders import NOON, make_key, make_message, make_recipient, make_signal

pytestmark = pytest.mark.django_db


@pytest.fixture
def resend(client):
    """Ask for a signal once more, with a key that may run the desk."""
    key, text = make_key("signals:write")

    def ask(signal, **body):
        path, headers = f"/api/admin/signals/{signal.pk}/resend", {"X-Api-Key": text}
        return client.post(path, body, content_type="application/json", headers=headers)

    ask.name = key.actor
    return ask


def sent_signal(**values):
    signal = make_signal(**values)
    make_message(signal.message_key)
    return signal


def test_a_signal_goes_once_more_with_the_keys_name_in_the_log(resend):
    make_recipient("Bea")

    answer = resend(sent_signal())

    assert answer.status_code == 202
    assert answer.json()["text"].startswith("REPEAT 12:00 UTC | EURUSD BUY @ 1.08523")
    assert [row["recipient"]["name"] for row in answer.json()["deliveries"]] == ["Bea"]
    assert Event.objects.filter(kind="delivery.resent", actor=resend.name).exists()


@pytest.mark.parametrize("over", [{"status": "closed"}, {"expires_at": NOON}])
def test_a_signal_that_is_over_needs_a_confirmation(resend, over):
    make_recipient()
    signal = sent_signal(**over)

    asked = resend(signal)
    done = resend(signal, confirm=True)

    assert asked.status_code == 409
    assert asked.json()["error"]["code"] == "CONFIRMATION_NEEDED"
    assert done.status_code == 202


def test_asking_twice_at_once_makes_one_repeat(resend):
    make_recipient()
    signal = sent_signal()

    assert resend(signal).status_code == 202
    assert resend(signal).json()["error"]["code"] == "SENT_JUST_NOW"
    assert Message.objects.filter(kind="manual").count() == 1


def test_the_kill_switch_and_an_empty_list_refuse(resend):
    signal = sent_signal()

    assert resend(signal).json()["error"]["code"] == "NOBODY_TO_SEND_TO"
    pause(reason="news", by="sam", now=NOON)
    assert resend(signal).json()["error"]["code"] == "PUSHES_PAUSED"


@pytest.mark.parametrize("hidden", [{"status": "blocked"}, {"is_shadow": True}])
def test_a_blocked_or_shadow_signal_is_not_there_to_send(resend, hidden):
    assert resend(sent_signal(**hidden)).status_code == 404
