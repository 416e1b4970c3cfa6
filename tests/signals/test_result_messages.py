"""Who is told how a signal ended, and in which words."""

from datetime import timedelta
from decimal import Decimal

import pytest

from delivery.models import Delivery, Message
from delivery.pauses import pause
from signals.announcing import announce, news_of_end
from signals.engine import tick
from signals.models import Position
from signals.result_messages import RESULT_LIFE, result_line, span_text
from tests.builders import NOON, make_delivery, make_message, make_recipient, make_signal
from tests.signals.desk import first_signal, make_desk, pushed
from tests.signals.stored_signals import make_position

pytestmark = pytest.mark.django_db

HIT = {
    "reason": "tp",
    "entry_at": NOON,
    "entry_price": Decimal("1.08523"),
    "closed_at": NOON + timedelta(minutes=72),
    "exit_price": Decimal("1.08723"),
    "pips": 20.0,
    "r_multiple": 1.0,
}
UNKNOWN = dict.fromkeys(("exit_price", "pips", "r_multiple"))


def ended(signal=None, **values):
    """The position of a signal, closed."""
    return make_position(signal or make_signal(), **{**HIT, **values})


def sent_to(*recipients, signal, state="sent", **values):
    message = make_message(signal.message_key)
    for recipient in recipients:
        make_delivery(message=message, recipient=recipient, state=state, **values)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({}, "TP hit @ 1.08723 | +20.0 pips | +1.00 R | 1 h 12 min"),
        (
            {"reason": "sl", "exit_price": Decimal("1.08300"), "pips": -22.3, "r_multiple": -1.12}
            | {"is_gap": True},
            "SL hit @ 1.08300, beyond the level at the open | -22.3 pips | -1.12 R | 1 h 12 min",
        ),
        (
            {"reason": "sl", "exit_price": Decimal("1.08323"), "pips": -20.0, "r_multiple": -1.0}
            | {"is_tie": True, "r_optimistic": 1.5},
            "SL hit @ 1.08323 | -20.0 pips | -1.00 R (+1.50 R had TP come first in that minute)"
            " | 1 h 12 min",
        ),
        ({"reason": "flat"}, "closed by its rule @ 1.08723 | +20.0 pips | +1.00 R | 1 h 12 min"),
        ({"reason": "data_gap", **UNKNOWN}, "result unknown: bars are missing | 1 h 12 min"),
        (
            {"reason": "data_gap", **UNKNOWN, "entry_at": None, "entry_price": None},
            "result unknown: bars are missing",
        ),
    ],
)
def test_a_result_is_one_line_in_words(values, says):
    assert result_line(ended(**values)) == f"EURUSD BUY @ 1.08523 | {says} | ema_rsi"


def test_pips_count_from_the_fill_so_a_fill_elsewhere_is_told():
    row = ended(entry_price=Decimal("1.08526"), pips=19.7, r_multiple=0.985)

    assert result_line(row).startswith(
        "EURUSD BUY @ 1.08523, filled 1.08526 | TP hit @ 1.08723 | +19.7 pips |"
    )


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "0 min"), (59, "59 min"), (60, "1 h 0 min"), (1441, "1 d 0 h")]
)
def test_how_long_it_took_is_told_in_its_two_largest_units(minutes, text):
    assert span_text(timedelta(minutes=minutes)) == text


def test_only_those_who_were_sent_the_entry_and_asked_are_told_once_in_reply_to_it():
    signal, anna = make_signal(), make_recipient(gets_results=True)
    sent_to(anna, make_recipient("Never asked"), signal=signal)
    make_recipient("Was not sent it", gets_results=True)
    row = ended(signal)

    for _ in range(2):
        announce([news_of_end(row, at=NOON)])

    message = Message.objects.get(kind="result")
    assert [copy.recipient for copy in message.deliveries.all()] == [anna]
    assert (message.key, message.replies_to) == (f"result:{signal.pk}", f"signal:{signal.pk}")
    assert message.deliver_by == NOON + RESULT_LIFE
    assert message.fields["outcome"]["pips"] == 20.0


def test_who_never_got_the_entry_is_not_told_how_it_ended():
    signal = make_signal()
    sent_to(make_recipient(gets_results=True), signal=signal, state="expired")
    sent_to(make_recipient("Asleep", gets_results=True), signal=signal, state="pending")
    Delivery.objects.filter(state="pending").update(is_held=True)

    announce([news_of_end(ended(signal), at=NOON)])

    assert not Message.objects.filter(kind="result").exists()


def test_what_was_blocked_or_in_shadow_has_no_result_to_tell():
    for number, values in enumerate(({"status": "blocked"}, {"is_shadow": True})):
        signal = make_signal(minutes_ago=number + 1, **values)
        sent_to(make_recipient(gets_results=True), signal=signal)
        announce([news_of_end(ended(signal, is_shadow=signal.status == "blocked"), at=NOON)])

    assert not Message.objects.filter(kind="result").exists()


def test_a_result_waits_for_the_end_of_quiet_hours():
    ends = NOON + timedelta(hours=9)
    asleep = make_recipient(gets_results=True, quiet_from=NOON.time(), quiet_until=ends.time())
    signal = make_signal()
    sent_to(asleep, signal=signal)

    announce([news_of_end(ended(signal), at=NOON)])

    held = Delivery.objects.get(message__kind="result")
    assert held.due_at == ends < held.deliver_by


def test_a_result_obeys_the_kill_switch():
    signal = make_signal()
    sent_to(make_recipient(gets_results=True), signal=signal)
    pause(reason="news", by="anna", now=NOON)

    announce([news_of_end(ended(signal), at=NOON)])

    stopped = Delivery.objects.get(message__kind="result")
    assert (stopped.state, stopped.reason) == ("cancelled", "kill_switch")


def test_a_desk_that_ticks_tells_the_result_when_the_position_closes():
    symbol, anna = make_desk(), make_recipient(gets_results=True)
    signal = first_signal(symbol)

    tick(now=pushed(symbol, 460))

    row = Position.objects.get(signal=signal)
    result = anna.deliveries.get(message__kind="result").message
    assert row.state == "closed"
    assert result.text == result_line(row)
    assert result.replies_to == signal.message_key
