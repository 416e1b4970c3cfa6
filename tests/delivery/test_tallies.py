import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from delivery.tallies import copies, tallies
from tests.builders import make_delivery, make_message

pytestmark = pytest.mark.django_db


def test_what_was_read_was_delivered_and_sent():
    message = make_message("signal:1")
    for state in ("sent", "delivered", "read"):
        make_delivery(message=message, state=state)

    tally = tallies(["signal:1"])["signal:1"]

    assert str(tally) == "sent 3, delivered 2, read 1, uncertain 0"


def test_what_is_seldom_is_named_only_when_it_is_there():
    message = make_message("signal:1")
    for state in ("uncertain", "claimed", "pending", "failed", "expired", "cancelled"):
        make_delivery(message=message, state=state)

    tally = tallies(["signal:1"])["signal:1"]

    words = "sent 0, delivered 0, read 0, uncertain 1, waiting 2, expired 1, failed 1, cancelled 1"
    assert str(tally) == words
    assert tally.total == 6


def test_repeats_count_with_the_first_and_other_messages_do_not():
    for key in ("signal:1", "signal:1:resend:1", "signal:1:resend:2"):
        make_delivery(message=make_message(key, kind="manual"), state="sent")
    for key in ("signal:12", "signal:12:resend:1", "result:1"):
        make_delivery(message=make_message(key, kind="manual"), state="failed")

    assert tallies(["signal:1"])["signal:1"].sent == 3
    assert len(copies("signal:1")) == 3


def test_a_signal_nobody_was_sent_says_so():
    assert str(tallies(["signal:1"])["signal:1"]) == "sent to nobody"


@pytest.mark.parametrize("count", [1, 1000])
def test_one_query_counts_for_any_number_of_signals(count):
    make_delivery(message=make_message("signal:1"))

    with CaptureQueriesContext(connection) as queries:
        found = tallies(f"signal:{number}" for number in range(count))

    assert len(queries) == 1
    assert len(found) == count
