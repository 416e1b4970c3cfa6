"""Times of deliveries are taken note of once each, whoever wrote them."""

from datetime import timedelta

import pytest

from delivery.models import Delivery
from delivery.new_times import take_new_times
from delivery.resolving import resolve_arrived
from delivery.sending import send_now
from tests.builders import NOON, make_delivery, make_recipient
from tests.delivery.meta import make_posted, report

pytestmark = pytest.mark.django_db


def taken(most=100):
    """The keys of the deliveries whose times are new, now taken."""
    rows = []
    take_new_times(rows.extend, most=most)
    return [row.pk for row in rows]


def test_a_sent_delivery_is_told_once():
    delivery = make_delivery(recipient=make_recipient(channel="preview", address="demo"))
    waiting = taken()

    send_now(delivery.pk, clock=lambda: NOON)

    assert [waiting, taken(), taken()] == [[], [delivery.pk], []]


@pytest.mark.parametrize("kind", ["sent", "delivered", "read"])
def test_a_report_is_told_once(kind):
    delivery = make_posted("sent" if kind != "sent" else "uncertain")

    report(kind)

    assert [taken(), taken()] == [[delivery.pk], []]


def test_an_earlier_time_that_comes_late_is_told():
    delivery = make_posted("delivered", delivered_at=NOON + timedelta(minutes=9))

    report("delivered", at=NOON + timedelta(minutes=1))

    assert taken() == [delivery.pk]


def test_a_person_who_says_it_arrived_is_told():
    delivery = make_posted("uncertain")

    resolve_arrived(delivery, by="carol", now=NOON)

    assert taken() == [delivery.pk]


def test_so_many_at_once_and_what_breaks_is_told_again():
    for _ in range(3):
        make_delivery(state="sent", has_new_times=True)

    with pytest.raises(ZeroDivisionError):
        take_new_times(lambda rows: 1 // 0, most=2)

    assert [len(taken(most=2)), len(taken(most=2))] == [2, 1]
    assert not Delivery.objects.filter(has_new_times=True).exists()
