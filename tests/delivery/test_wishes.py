"""RESULTS ON and RESULTS OFF, as people write them."""

from datetime import timedelta

import pytest

from audit.models import Event
from dashboard.answers import answer_commands
from delivery.callbacks.inbound import take_words
from delivery.callbacks.incoming import Words
from delivery.callbacks.keywords import asked_for
from delivery.models import Message
from tests.builders import NOON, make_delivery, make_message, make_recipient


def says(recipient, text, *, at=NOON, number=1):
    words = Words(provider_id=f"m{number}", address=recipient.address, text=text, at=at)
    take_words(recipient.channel, words, received_at=at, now=at)
    recipient.refresh_from_db()
    return recipient.gets_results


@pytest.mark.parametrize(
    ("text", "command"),
    [
        *(("RESULTS ON", "results_on"), ("results on!", "results_on")),
        *(("/results on", "results_on"), ("/results@desk_bot OFF", "results_off")),
        *(("Results off.", "results_off"), ("/results_off", "results_off")),
    ],
)
def test_people_ask_for_results_in_words(text, command):
    assert asked_for(text).command == command


@pytest.mark.parametrize("text", ["results", "/results", "/results maybe", "results on monday"])
def test_anything_else_about_results_is_no_command(text):
    assert asked_for(text) is None


@pytest.mark.django_db
def test_results_are_switched_on_and_off_and_each_is_answered():
    anna = make_recipient()

    states = [says(anna, "RESULTS ON"), says(anna, "RESULTS OFF", number=2)]
    answered = answer_commands(now=NOON)

    assert (states, answered) == ([True, False], 2)
    on, off = Message.objects.order_by("pk")
    assert on.text == (
        "From now on you are told how each signal ended. Write RESULTS OFF to end that."
    )
    assert off.title == "Answer to RESULTS OFF"


@pytest.mark.django_db
def test_saying_off_cancels_the_results_that_wait_and_nothing_else():
    anna = make_recipient(gets_results=True)
    result = make_delivery(message=make_message("result:1", kind="result"), recipient=anna)
    signal = make_delivery(message=make_message("signal:2"), recipient=anna)

    says(anna, "RESULTS OFF")

    result.refresh_from_db()
    signal.refresh_from_db()
    assert (result.state, result.reason) == ("cancelled", "results_off")
    assert signal.state == "pending"


@pytest.mark.django_db
def test_a_word_that_comes_late_yields_to_a_newer_one():
    anna = make_recipient()

    says(anna, "RESULTS ON", at=NOON)

    assert says(anna, "RESULTS OFF", at=NOON - timedelta(minutes=1), number=2)


@pytest.mark.django_db
def test_the_log_says_it_by_number_and_only_when_something_changed():
    anna = make_recipient()

    for number in (1, 2):
        says(anna, "RESULTS ON", number=number)

    event = Event.objects.get(kind="recipient.changed")
    assert (event.actor, event.payload) == (f"recipient:{anna.pk}", {"changed": ["gets_results"]})
