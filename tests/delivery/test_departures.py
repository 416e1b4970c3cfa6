"""What is stored before a byte leaves, when somebody else was quicker or something broke."""

from dataclasses import replace
from datetime import timedelta

import pytest

from delivery.departures import begin
from delivery.errors import NeverLeft
from delivery.leaving import SLOTS, marks
from delivery.models import Delivery, Post
from delivery.parcels import claim_parcels
from delivery.sending import send_due
from delivery.wiring import build_channel
from tests.builders import NOON, make_delivery
from tests.delivery.sender import at_noon, later, sweep_at

pytestmark = pytest.mark.django_db


def claim_at(now):
    return claim_parcels(Delivery.objects.due(now), most=9, build=build_channel, now=now)


def test_a_sender_that_wakes_late_does_not_disturb_the_post_another_one_makes(graph):
    delivery = make_delivery()
    slept = claim_at(NOON)
    later_on = NOON + timedelta(minutes=1)
    sweep_at(later_on)
    (ready,) = begin(claim_at(later_on), build=build_channel, now=later_on)

    assert begin(slept, build=build_channel, now=later_on) == []

    delivery.refresh_from_db()
    assert (delivery.state, delivery.post_id) == ("sending", ready.post.pk)
    assert Post.objects.count() == 1


def test_a_sender_whose_clock_stood_still_does_not_take_the_claim_of_another(graph):
    delivery = make_delivery()
    slept = claim_at(NOON)
    later_on = NOON + timedelta(minutes=1)
    sweep_at(later_on)
    claim_at(later_on)

    assert begin(slept, build=build_channel, now=NOON) == []

    delivery.refresh_from_db()
    assert delivery.state == "claimed"


def test_a_sender_frozen_until_right_before_the_first_byte_does_not_let_it_leave(graph):
    make_delivery()
    (ready,) = begin(claim_at(NOON), build=build_channel, now=NOON)

    with pytest.raises(NeverLeft, match="frozen"):
        replace(ready, begun=ready.begun - 23).leave()

    assert ready.marks.taken == {}


def test_without_a_free_mark_nothing_leaves_and_nothing_is_in_doubt(graph, settings):
    own = marks(settings.OUTGOING_DIR)
    for post in range(SLOTS):
        own.mark(10**9 + post)
    delivery = make_delivery()

    try:
        send_due(clock=at_noon)
    finally:
        for post in range(SLOTS):
            own.clear(10**9 + post)

    delivery.refresh_from_db()
    assert (delivery.state, graph.requests) == ("pending", [])
    send_due(clock=later(seconds=2))
    assert Delivery.objects.get().state == "sent"
