"""The table of a signal's page that says what it cost to hear of it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from signals.models import PriceSeen
from signals.pages.heard import heard
from tests.builders import make_signal, make_user

pytestmark = pytest.mark.django_db


def make_seen(signal, seconds=4, *, price=None, **values):
    at = signal.bar_closed_at + timedelta(seconds=seconds)
    price = price and Decimal(price)
    return PriceSeen.objects.create(signal=signal, sent_at=at, sent_price=price, **values)


def costs(signal):
    return [(step.price, step.cost) for step in heard(signal)[1:]]


def test_before_anything_was_sent_there_is_nothing_to_say():
    signal = make_signal()
    make_seen(signal, price="1.08600", is_repeat=True)

    assert heard(signal) == ()


@pytest.mark.parametrize(
    ("price", "says"),
    [("1.08529", "0.6 pips worse"), ("1.08520", "0.3 pips better"), ("1.08523", "the same")],
)
def test_each_step_says_how_much_worse_or_better_the_price_was(price, says):
    signal = make_signal()
    make_seen(signal, price=price)

    assert costs(signal) == [(price, says)]


def test_many_copies_are_one_line_with_their_range():
    signal = make_signal()
    for seconds, price in ((4, "1.08524"), (5, "1.08526"), (9, "1.08528")):
        make_seen(signal, seconds, price=price)

    close, sent = heard(signal)

    assert (close.label, close.price, close.cost) == ("At the close", "1.08523", "")
    assert (sent.price, sent.cost, sent.copies) == ("1.08524 to 1.08528", "0.3 pips worse", 3)
    assert (sent.last_at - sent.first_at).total_seconds() == 5


def test_an_idea_that_was_over_costs_nothing_and_a_missing_price_is_said():
    late, early = make_signal(), make_signal(minutes_ago=2)
    make_seen(late, 3 * 60 * 60, price="1.09000")
    make_seen(early)

    assert costs(late) == [("1.09000", "it was over by then")]
    assert costs(early) == [("-", "price not known")]


def test_the_page_shows_it_and_asks_for_it_again(client):
    signal = make_signal()
    make_seen(signal, price="1.08529", read_at=timezone.now())
    client.force_login(make_user())

    page = client.get(f"/signals/{signal.pk}/").content.decode()
    part = client.get(f"/signals/{signal.pk}/heard/").content.decode()

    for text in (page, part):
        assert "What it cost to hear of it" in text
        assert "0.6 pips worse" in text
