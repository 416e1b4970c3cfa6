from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.models import Event
from delivery.hand_sends import HandSendRefused, resend, send_test_message
from delivery.models import Message
from delivery.pauses import pause
from tests.builders import NOON, make_delivery, make_message, make_recipient

pytestmark = pytest.mark.django_db


def receivers(message):
    return {delivery.recipient.name for delivery in message.deliveries.all()}


def test_a_test_message_goes_out_although_pushes_are_stopped():
    anna = make_recipient(name="Anna", wants={"symbol": ["USDJPY"]}, min_confidence=1.0)
    make_recipient(name="Ben")
    pause(reason="news", by="anna", now=NOON)

    message = send_test_message(anna, by="carol", now=NOON)

    assert receivers(message) == {"Anna"}
    assert message.deliveries.get().state == "pending"
    assert Event.objects.filter(kind="delivery.test", actor="carol").exists()


def test_a_test_message_without_a_name_goes_to_everybody_reachable():
    make_recipient(name="Anna")
    make_recipient(name="Demo phone", channel="preview")
    make_recipient(name="Gone", opted_out_at=NOON)

    message = send_test_message(None, by="carol", now=NOON)

    assert receivers(message) == {"Anna", "Demo phone"}


def test_a_test_to_somebody_who_opted_out_is_refused_in_words():
    gone = make_recipient(opted_out_at=NOON)

    with pytest.raises(HandSendRefused, match="active and opted in"):
        send_test_message(gone, by="carol", now=NOON)


def test_a_resend_is_a_message_of_its_own_to_those_who_had_the_first():
    original = make_message("signal:7")
    make_delivery(message=original, recipient=make_recipient(name="Had it"), state="read")
    make_delivery(message=original, recipient=make_recipient(name="Missed it"), state="expired")

    first = resend(original, by="carol", now=NOON + timedelta(hours=2, minutes=5))
    second = resend(original, by="carol", now=NOON + timedelta(hours=2, minutes=6))

    assert first.key == "signal:7:resend:1"
    assert first.text == f"REPEAT 12:00 UTC | {original.text}"
    assert receivers(first) == {"Had it"}
    assert second.key == "signal:7:resend:2"


def test_a_resend_can_go_to_named_recipients():
    missed = make_recipient(name="Missed it")
    original = make_message("signal:7")

    assert receivers(resend(original, by="carol", now=NOON, recipients=[missed])) == {"Missed it"}


def test_a_repeat_of_a_repeat_repeats_what_was_said_first():
    original = make_message("signal:7")
    make_delivery(message=original, state="sent")
    first = resend(original, by="carol", now=NOON)

    second = resend(first, by="carol", now=NOON + timedelta(minutes=1))

    assert second.key == "signal:7:resend:2"
    assert second.text == f"REPEAT 12:00 UTC | {original.text}"


@pytest.mark.parametrize("kind", ["alert", "consent", "answer", "test"])
def test_what_is_no_signal_is_not_sent_again(kind):
    message = make_message("other:1", kind=kind)
    make_delivery(message=message, state="sent")

    with pytest.raises(HandSendRefused, match="only signals and results"):
        resend(message, by="carol", now=NOON)


def test_two_people_who_click_at_once_make_one_repeat():
    original = make_message("signal:7")
    make_delivery(message=original, state="sent")
    resend(original, by="carol", now=NOON)

    with pytest.raises(HandSendRefused, match="sent by hand 3 s ago"):
        resend(original, by="dan", now=NOON + timedelta(seconds=3))

    assert Message.objects.filter(kind="manual").count() == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_repeats_made_in_parallel_have_numbers_of_their_own_or_are_refused():
    original = make_message("signal:7")
    make_delivery(message=original, state="sent")

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda _: try_to_resend(original), range(8)))

    assert sorted(outcomes) == ["made", *["refused"] * 7]
    assert Message.objects.filter(kind="manual").count() == 1


def try_to_resend(message):
    try:
        resend(message, by="carol", now=NOON)
    except HandSendRefused:
        return "refused"
    finally:
        connection.close()
    return "made"


def test_a_resend_is_refused_while_pushes_are_stopped():
    make_delivery(message=make_message("signal:7"), state="sent")
    pause(reason="news at 13:30", by="anna", now=NOON)

    with pytest.raises(HandSendRefused, match="news at 13:30"):
        resend(make_message("signal:7"), by="carol", now=NOON)


def test_the_command_sends_and_says_what_came_of_it(capsys):
    make_recipient(name="Demo phone", channel="preview", address="demo")

    call_command("send_test_message", "--to", "Demo phone")

    assert capsys.readouterr().out.strip() == "Demo phone (preview): delivered"


def test_the_command_fails_when_a_message_was_not_sent(capsys):
    make_recipient(name="Anna", channel="whatsapp", address="+447911123456")

    with pytest.raises(CommandError, match="1 of 1 not sent"):
        call_command("send_test_message", "--to", "Anna")

    assert "failed, Set WHATSAPP_TOKEN and WHATSAPP_PHONE_ID" in capsys.readouterr().out


def test_the_command_says_when_nobody_has_that_name():
    with pytest.raises(CommandError, match="No recipient is called 'Zoe'"):
        call_command("send_test_message", "--to", "Zoe")
