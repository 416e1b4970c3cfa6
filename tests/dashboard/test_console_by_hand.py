"""Stopping, resuming and sending again from the console, with the words of the pages."""

from datetime import timedelta

import pytest
from django.core.management import CommandError
from django.utils import timezone

from audit.models import Event
from dashboard.console.answer import Asked, Refused
from dashboard.console.by_hand import resend, resume
from delivery.models import Message, Recipient
from delivery.pauses import current_pause, pause
from tests.builders import make_delivery, make_message, make_recipient, make_signal
from tests.dashboard.console import as_json, asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent():
    """A signal whose message went to Anna a while ago."""
    signal, anna = make_signal(minutes_ago=3), make_recipient()
    message = make_message(signal.message_key, created_at=signal.issued_at)
    make_delivery(message=message, recipient=anna, state="sent")
    return signal


def test_kill_stops_every_push_and_the_log_names_the_account_of_the_shell(monkeypatch):
    monkeypatch.setenv("LOGNAME", "olga")

    body = as_json("kill", "--reason", "Payrolls")

    assert (body["enabled"], body["reason"], body["by"]) == (True, "Payrolls", "console:olga")
    assert Event.objects.get(kind="kill_switch.on").actor == "console:olga"


def test_a_second_kill_keeps_the_first():
    pause(reason="Payrolls", by="sam", now=timezone.now())

    text = asked("kill", "--reason", "Storm")

    assert "stopped already" in text
    assert "by sam: Payrolls" in text


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_kill_wants_a_reason(reason):
    with pytest.raises(CommandError, match="say why"):
        asked("kill", "--reason", reason)

    assert current_pause() is None


def test_resume_lets_pushes_go_and_asking_twice_changes_nothing():
    pause(reason="Payrolls", by="sam", now=timezone.now())

    assert asked("resume") == "Pushes go out again.\n"
    assert asked("resume") == "Pushes were not stopped.\n"
    assert as_json("resume")["enabled"] is False


def test_resend_sends_the_signal_once_more(sent):
    text = asked("resend", str(sent.pk))

    assert "EURUSD BUY is on its way to 1 recipient." in text
    assert "Anna" in text
    assert Message.objects.filter(key=f"{sent.message_key}:resend:1").exists()


def test_resend_answers_programs_as_the_api_does(sent):
    body = as_json("resend", str(sent.pk))

    assert list(body) == ["message", "text", "deliver_by", "deliveries"]
    assert body["deliveries"][0]["recipient"]["address"] != Recipient.objects.get().address


def test_a_repeat_right_after_is_refused_with_the_words_of_the_page(sent):
    asked("resend", str(sent.pk))

    with pytest.raises(CommandError, match=r"SENT_JUST_NOW: It was sent by hand \d s ago."):
        asked("resend", str(sent.pk))


def test_under_the_kill_switch_nothing_is_sent_again(sent):
    pause(reason="Payrolls", by="sam", now=timezone.now())

    with pytest.raises(CommandError, match="PUSHES_PAUSED: Pushes are stopped"):
        asked("resend", str(sent.pk), "--yes")


def test_a_signal_that_is_over_is_sent_only_with_yes(sent):
    sent.expires_at = timezone.now() - timedelta(minutes=1)
    sent.save()

    with pytest.raises(CommandError, match=r"CONFIRMATION_NEEDED: .*add --yes"):
        asked("resend", str(sent.pk))
    assert "on its way" in asked("resend", str(sent.pk), "--yes")


@pytest.mark.parametrize("hidden", [{"status": "blocked"}, {"is_shadow": True}])
def test_what_is_not_public_cannot_be_sent(hidden):
    signal = make_signal(**hidden)

    with pytest.raises(CommandError, match=f"There is no public signal {signal.pk}"):
        asked("resend", str(signal.pk))


def at_a_terminal(answer, *, told, **options):
    """An `Asked` whose person answers so; what they were asked goes into `told`."""

    def confirm(question):
        told.append(question)
        return answer

    options = {"yes": False, **options}
    return Asked(options=options, now=timezone.now(), by="console:olga", confirm=confirm)


def test_a_person_at_a_terminal_sees_what_would_be_sent_and_may_say_no(sent):
    told = []

    with pytest.raises(Refused, match=r"Nothing was done\."):
        resend(at_a_terminal(False, told=told, id=sent.pk))

    assert "EURUSD BUY @ 1.08523 | SL 1.08323" in told[0]
    assert Message.objects.count() == 1


def test_a_yes_at_the_terminal_is_the_confirmation_of_a_signal_that_is_over(sent):
    sent.expires_at = timezone.now() - timedelta(minutes=1)
    sent.save()
    told = []

    answer = resend(at_a_terminal(True, told=told, id=sent.pk))

    assert "It is over: it expired" in told[0]
    assert answer.body["message"] == f"{sent.message_key}:resend:1"


def test_resume_at_a_terminal_says_what_it_would_end():
    pause(reason="Payrolls", by="sam", now=timezone.now())
    told = []

    with pytest.raises(Refused):
        resume(at_a_terminal(False, told=told))

    assert "Payrolls" in told[0]
    assert current_pause() is not None
