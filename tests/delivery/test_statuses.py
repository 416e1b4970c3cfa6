"""What providers report of accepted posts, in any order and any number."""

from datetime import timedelta
from itertools import permutations

import pytest

from audit.models import Event
from delivery.callbacks.posts import NotYet
from delivery.callbacks.statuses import apply_orphans
from delivery.channels.base import Receipt
from delivery.errors import MaybeLeft
from delivery.models import ChannelState, Delivery, ProviderStatus, Recipient
from delivery.results import record_failure, record_receipt
from delivery.sending import send_due
from tests.builders import NOON, make_delivery, make_recipient
from tests.delivery.meta import LATER, make_posted, posted_again, report, sent_again
from tests.delivery.sender import at_noon

pytestmark = pytest.mark.django_db

TIMES = {
    "sent": NOON,
    "delivered": NOON + timedelta(seconds=1),
    "read": NOON + timedelta(seconds=2),
}


def kinds():
    """What the log says, oldest first."""
    return list(Event.objects.order_by("id").values_list("kind", flat=True))


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "read"])))
def test_in_any_order_the_highest_state_stays_and_each_time_is_the_providers(order):
    delivery = make_posted()

    for kind in (*order, *order):
        report(kind, at=TIMES[kind])

    delivery.refresh_from_db()
    assert delivery.state == "read"
    assert delivery.read_at == TIMES["read"]
    assert delivery.delivered_at == TIMES["delivered"]
    assert ProviderStatus.objects.count() == 3
    assert kinds().count("delivery.read") == 1
    assert kinds().count("delivery.delivered") <= 1


def test_read_alone_says_that_it_was_delivered_as_well():
    delivery = make_posted()

    report("read")

    delivery.refresh_from_db()
    assert (delivery.state, delivery.delivered_at, delivery.read_at) == ("read", LATER, LATER)


@pytest.mark.parametrize("state", ["sending", "uncertain"])
@pytest.mark.parametrize("kind", ["sent", "delivered", "read"])
def test_a_report_settles_what_nobody_knew_by_the_id_it_echoes(state, kind):
    delivery = make_posted(state, wamid="", sent_at=None)

    report(kind, wamid="wamid.9", echo=str(delivery.public_id))

    delivery.refresh_from_db()
    assert delivery.state == kind
    assert delivery.sent_at == LATER
    assert delivery.post.provider_id == "wamid.9"


def test_a_report_moves_every_delivery_that_shared_the_post():
    first = make_posted("uncertain", wamid="", sent_at=None)
    others = [
        make_delivery(state="uncertain", recipient=first.recipient, post=first.post)
        for _ in range(2)
    ]

    report("delivered", wamid="wamid.9", echo=str(first.public_id))

    for delivery in (first, *others):
        delivery.refresh_from_db()
        assert delivery.state == "delivered"


def test_the_receipt_that_comes_after_a_report_changes_nothing():
    delivery = make_posted("sending", wamid="", sent_at=None)
    report("delivered", wamid="wamid.9", echo=str(delivery.public_id))

    record_receipt([delivery], delivery.post, Receipt(provider_id="wamid.9"), now=LATER)

    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    assert kinds().count("delivery.sent") == 1


def test_an_answer_lost_after_a_report_leaves_no_doubt():
    delivery = make_posted("sending", wamid="", sent_at=None)
    report("sent", wamid="wamid.9", echo=str(delivery.public_id))

    record_failure([delivery], delivery.post, MaybeLeft("read_timeout"), now=LATER)

    delivery.refresh_from_db()
    assert delivery.state == "sent"


def test_a_failure_after_acceptance_fails_the_delivery_with_the_providers_words(graph):
    delivery = make_posted()

    report("failed", code="131026", detail="Message undeliverable")
    report("failed", code="131026", detail="Message undeliverable")

    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("failed", "131026: Message undeliverable")
    assert Recipient.objects.get().failures_in_row == 1
    assert kinds() == ["delivery.failed"]


def test_a_failure_reported_while_the_post_waits_for_its_answer_ends_there():
    delivery = make_posted("sending", wamid="", sent_at=None)

    report("failed", wamid="wamid.9", echo=str(delivery.public_id), code="100")
    record_receipt([delivery], delivery.post, Receipt(provider_id="wamid.9"), now=LATER)

    delivery.refresh_from_db()
    assert delivery.state == "failed"


@pytest.mark.parametrize("state", ["delivered", "read"])
def test_a_failure_after_arrival_is_noted_once_and_changes_nothing(state):
    delivery = make_posted(state)

    report("failed", code="131026")
    report("failed", code="131026")

    delivery.refresh_from_db()
    assert delivery.state == state
    assert kinds() == ["delivery.contradicted"]


def test_a_closed_window_sends_the_same_delivery_once_more_as_the_template(settings, graph):
    settings.WHATSAPP_TEMPLATE = "desk_signal"
    delivery = make_posted(wamid="wamid.first")

    report("failed", wamid="wamid.first", code="131047", now=NOON, at=NOON)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.as_template, delivery.post) == ("pending", True, None)
    send_due(clock=at_noon)
    assert [body["type"] for body in graph.journal] == ["template"]
    delivery.refresh_from_db()
    assert delivery.state == "sent"
    report("failed", wamid=delivery.post.provider_id, code="131047", now=NOON, at=NOON)
    delivery.refresh_from_db()
    assert delivery.state == "failed"


def test_a_closed_window_without_a_template_or_without_time_is_a_failure(settings, graph):
    without = make_posted()
    report("failed", code="131047", now=NOON)
    settings.WHATSAPP_TEMPLATE = "desk_signal"
    too_late = make_posted(wamid="wamid.2")
    report("failed", wamid="wamid.2", code="131047", now=too_late.deliver_by)

    states = {d.state for d in Delivery.objects.filter(pk__in=[without.pk, too_late.pk])}
    assert states == {"failed"}


def test_the_receipt_of_a_text_already_reported_as_refused_does_not_stop_the_template(
    settings, graph
):
    settings.WHATSAPP_TEMPLATE = "desk_signal"
    delivery = make_posted("sending", wamid="", sent_at=None)
    first_post = delivery.post
    report("failed", code="131047", echo=str(delivery.public_id), now=NOON)

    record_receipt([delivery], first_post, Receipt(provider_id="wamid.1"), now=NOON)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.as_template, delivery.post) == ("pending", True, None)


def test_a_late_report_of_the_refused_text_does_not_touch_the_template(settings, graph):
    settings.WHATSAPP_TEMPLATE = "desk_signal"
    delivery = make_posted()
    report("failed", code="131047", now=NOON)

    report("sent", now=NOON)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.post) == ("pending", None)


def test_trouble_with_the_account_pauses_the_channel(graph):
    make_posted()

    report("failed", code="131042", detail="Payment issue")

    paused = ChannelState.objects.get(channel="whatsapp")
    assert (paused.paused_at, paused.code) == (LATER, "131042")


def test_arriving_forgets_earlier_failures():
    recipient = make_recipient(failures_in_row=2)
    make_posted(recipient=recipient)

    report("delivered")

    assert Recipient.objects.get().failures_in_row == 0


def test_a_report_of_an_unknown_post_is_kept_and_applied_once_the_post_is_known():
    delivery = make_posted("sending", wamid="", sent_at=None)
    report("delivered", wamid="wamid.7")
    apply_orphans(now=LATER)
    assert ProviderStatus.objects.get().post is None

    record_receipt([delivery], delivery.post, Receipt(provider_id="wamid.7"), now=LATER)
    apply_orphans(now=LATER)
    apply_orphans(now=LATER)

    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    assert kinds() == ["delivery.sent", "delivery.delivered"]


@pytest.mark.parametrize("at", [None, NOON - timedelta(days=30), NOON + timedelta(days=1)])
def test_a_time_that_cannot_be_is_replaced_by_ours(at):
    delivery = make_posted()

    report("delivered", at=at)

    delivery.refresh_from_db()
    assert delivery.delivered_at == LATER


def test_what_was_sent_again_but_not_yet_posted_goes_back_to_the_copy_that_was_accepted(graph):
    delivery = make_posted("uncertain", wamid="", sent_at=None)
    first = sent_again(delivery)

    report("delivered", wamid="wamid.1", echo=str(delivery.public_id), at=NOON, now=NOON)
    send_due(clock=at_noon)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.post) == ("delivered", first)
    assert not graph.requests


def test_the_first_copy_says_nothing_about_the_second_but_that_it_came_twice():
    delivery = make_posted("uncertain", wamid="", sent_at=None)
    first = sent_again(delivery)
    second = posted_again(delivery, state="sent", wamid="wamid.2")

    for kind in ("sent", "delivered", "read", "read"):
        report(kind, wamid="wamid.1", echo=str(delivery.public_id))

    delivery.refresh_from_db()
    first.refresh_from_db()
    assert (delivery.state, delivery.post) == ("sent", second)
    assert first.provider_id == "wamid.1"
    assert kinds() == ["delivery.came_twice"]


def test_while_a_second_copy_is_on_its_way_a_report_waits_until_it_can_be_told_apart():
    delivery = make_posted("uncertain", wamid="", sent_at=None)
    first = sent_again(delivery)
    second = posted_again(delivery, state="sending")

    with pytest.raises(NotYet):
        report("delivered", wamid="wamid.1", echo=str(delivery.public_id))
    record_receipt([delivery], second, Receipt(provider_id="wamid.2"), now=LATER)
    report("delivered", wamid="wamid.1", echo=str(delivery.public_id))

    delivery.refresh_from_db()
    first.refresh_from_db()
    assert (delivery.state, first.provider_id) == ("sent", "wamid.1")


def test_the_late_receipt_of_the_first_copy_does_not_settle_the_second():
    delivery = make_posted("uncertain", wamid="", sent_at=None)
    first = sent_again(delivery)
    posted_again(delivery, state="sending")

    record_receipt([delivery], first, Receipt(provider_id="wamid.1"), now=LATER)

    delivery.refresh_from_db()
    assert delivery.state == "sending"
