"""Receipts in messages: on a line of their own, on every channel, and only when asked for."""

from datetime import timedelta

import pytest

from audit.models import Event
from audit.receipts import grouped, receipt_of
from delivery.channels.base import Outgoing
from delivery.channels.whatsapp import WhatsApp
from delivery.hand_sends import resend
from delivery.models import Delivery, Message
from delivery.parcels import line_of
from signals.engine import tick
from signals.messages import message_text, signal_text
from signals.models import Run, Signal
from tests.builders import NOON, make_recipient, make_signal
from tests.signals.desk import first_signal, make_desk, pushed, tick_each_minute

pytestmark = pytest.mark.django_db


def sent(signal):
    return Message.objects.get(key=signal.message_key)


def test_the_code_is_that_of_the_event_as_it_is_stored():
    signal = first_signal(make_desk())

    event = Event.objects.get(kind="signal.generated", subject=f"signal:{signal.pk}")
    assert signal.receipt == receipt_of(event)
    assert Signal.objects.get(receipt=signal.receipt) == signal


def test_without_the_setting_the_message_is_exactly_the_line():
    make_recipient()
    signal = first_signal(make_desk())

    assert sent(signal).text == signal_text(signal)


def test_with_the_setting_the_receipt_stands_on_a_second_line(settings):
    settings.MESSAGE_RECEIPTS = True
    make_recipient()
    signal = first_signal(make_desk())

    assert sent(signal).text == f"{signal_text(signal)}\nReceipt {grouped(signal.receipt)}"


def test_an_address_follows_where_others_can_open_it(settings):
    settings.MESSAGE_RECEIPTS, settings.IS_HTTPS = True, True
    settings.PUBLIC_BASE_URL = "https://desk.example.org"
    signal = make_signal(receipt="0123456789AB")

    second = message_text(signal).splitlines()[1]

    assert second == "Receipt 0123-4567-89AB https://desk.example.org/verify/0123456789AB/"


@pytest.mark.parametrize("facts", [{"status": "blocked"}, {"run": Run.Kind.REHEARSAL}])
def test_what_has_no_receipt_has_no_second_line(settings, facts):
    settings.MESSAGE_RECEIPTS = True

    assert "\n" not in message_text(make_signal(**facts))


def test_late_signals_have_receipts_and_blocked_and_shadow_ones_have_none():
    symbol = make_desk()
    tick(now=pushed(symbol, 440))
    shadow = make_desk("GBPUSD", mode="shadow")
    tick_each_minute(shadow, 320, 330)

    late = Signal.objects.filter(symbol=symbol, late=True)
    assert late.exists()
    assert not late.filter(receipt="", status__in=("open", "closed")).exists()
    assert not Signal.objects.filter(status="blocked").exclude(receipt="").exists()
    assert not Signal.objects.filter(symbol=shadow).exclude(receipt="").exists()


def test_a_repeat_and_a_held_line_keep_the_receipt(settings):
    settings.MESSAGE_RECEIPTS = True
    anna = make_recipient()
    signal = first_signal(make_desk())
    line = f"{signal_text(signal)}\nReceipt {grouped(signal.receipt)}"

    repeat = resend(sent(signal), by="olga", now=NOON + timedelta(days=1), recipients=[anna])
    held = Delivery.objects.get(message=sent(signal))
    held.is_held = True

    at = sent(signal).created_at
    assert repeat.text == f"REPEAT {at:%H:%M} UTC | {line}"
    assert line_of(held) == f"{at:%H:%M} UTC | {line}"


def test_a_template_carries_both_lines_as_one():
    text = "EURUSD BUY @ 1.08523 | ema_rsi\nReceipt 0123-4567-89AB"
    channel = WhatsApp(token="t", phone_id="1", template="signal")
    outgoing = Outgoing(delivery_id="d", address="+4915112345678", text=text, now=NOON)

    body = channel.compose(outgoing).body.decode()

    assert '"text": "EURUSD BUY @ 1.08523 | ema_rsi Receipt 0123-4567-89AB"' in body
    assert "\\n" not in body
