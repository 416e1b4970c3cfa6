"""Results told on a day that is looked back at: the ones that were due, in the words they had."""

from datetime import timedelta

import pytest
from django.db.models import F

from delivery.models import Delivery, Message, Post, Recipient
from delivery.recipient_edits import wish_results
from signals.models import Difference, Signal
from signals.result_messages import result_line
from tests.builders import make_message
from tests.signals.desk import START
from tests.signals.parity.day import check
from tests.signals.parity.watched import NOON, assert_the_same, at, begun_day, go_on

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_a_result_that_says_something_else():
    begun_day()
    told = Message.objects.get(kind="result")
    Message.objects.filter(pk=told.pk).update(text="a win")

    check()

    (wrong,) = Difference.objects.all()
    assert (wrong.cause, wrong.what, wrong.was) == ("unknown", "message", "a win")
    assert wrong.now == told.text == result_line(wrong.signal.position)


def test_a_result_of_what_was_not_told_is_one_too_many():
    symbol = begun_day(mode="shadow")
    go_on(symbol, NOON, NOON + 50)
    ended = Signal.objects.filter(position__closed_at__isnull=False).first()
    make_message(f"result:{ended.pk}", kind="result", text="a win")

    check()

    (wrong,) = Difference.objects.all()
    assert (wrong.was, wrong.now) == ("a win", "no result to tell")


def all_sent() -> None:
    """Every entry was accepted a second after it was queued."""
    post = Post.objects.create(channel="whatsapp", body_hmac="0" * 64, created_at=START)
    at = F("created_at") + timedelta(seconds=1)
    entries = Delivery.objects.filter(message__kind="signal")
    entries.update(state="sent", post=post, sending_at=at, sent_at=at)


def test_a_result_that_was_due_and_is_not_there():
    begun_day()
    all_sent()
    told = Message.objects.get(kind="result")
    Delivery.objects.filter(message=told).delete()
    told.delete()

    check()

    (missing,) = Difference.objects.all()
    assert (missing.what, missing.was, missing.now) == ("message", "no message", told.text)


@pytest.mark.parametrize("wanted", [False, True])
def test_a_result_that_is_not_there_says_nothing_where_who_asked_then_is_not_known(wanted):
    begun_day()
    all_sent()
    told = Message.objects.get(kind="result")
    Delivery.objects.filter(message=told).delete()
    told.delete()
    recipient = Recipient.objects.get(gets_results=True)
    wish_results(recipient, False, by="anna", now=at(NOON))
    if wanted:
        wish_results(recipient, True, by="anna", now=at(NOON + 1))

    assert_the_same()
