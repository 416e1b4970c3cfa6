from datetime import timedelta

import pytest

from audit.models import Event
from delivery.hand_sends import HandSendRefused
from delivery.models import Delivery
from delivery.pauses import pause
from delivery.resolving import resolve_arrived, resolve_send_again
from delivery.sending import send_now
from tests.builders import NOON, make_delivery, make_message, make_recipient
from tests.delivery.graph_server import DROP_AFTER_ACCEPTING, DROP_BEFORE_ACCEPTING, OK
from tests.delivery.sender import sent_with

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_what_arrived_is_sent_at_the_time_it_was_posted():
    delivery = make_delivery(state="uncertain", sent_at=None)

    resolve_arrived(delivery, by="carol", now=LATER)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.sent_at) == ("sent", NOON)
    assert delivery.reason == "carol says it arrived"
    assert Event.objects.filter(kind="delivery.arrived", actor="carol").exists()


def test_what_is_sent_again_is_due_at_once_and_has_five_minutes(
    django_capture_on_commit_callbacks,
):
    delivery = make_delivery(state="uncertain")

    with django_capture_on_commit_callbacks() as woken:
        resolve_send_again(delivery, by="carol", now=LATER)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.due_at) == ("pending", LATER)
    assert delivery.deliver_by == LATER + timedelta(minutes=5)
    assert (delivery.post, delivery.sending_at, delivery.sent_at) == (None, None, None)
    assert len(woken) == 1
    assert Event.objects.filter(kind="delivery.sent_again", actor="carol").exists()


@pytest.mark.parametrize("scene", [DROP_BEFORE_ACCEPTING, DROP_AFTER_ACCEPTING])
def test_what_is_sent_again_is_posted_once_more_and_settled_by_its_own_answer(graph, scene):
    delivery = sent_with(scene, graph)
    assert delivery.state == "uncertain"
    before = len(graph.journal)

    graph.play(OK)
    resolve_send_again(delivery, by="carol", now=LATER)
    send_now(delivery.pk, clock=lambda: LATER)
    send_now(delivery.pk, clock=lambda: LATER)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.sent_at) == ("sent", LATER)
    assert len(graph.journal) == before + 1
    outcomes = delivery.attempts.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == ["unknown", "accepted"]


def test_sending_again_never_shortens_the_time_a_message_has():
    message = make_message(deliver_by=LATER + timedelta(hours=1))
    delivery = make_delivery(message=message, state="uncertain")

    resolve_send_again(delivery, by="carol", now=LATER)

    delivery.refresh_from_db()
    assert delivery.deliver_by == message.deliver_by


@pytest.mark.parametrize("resolve", [resolve_arrived, resolve_send_again])
def test_what_shared_a_post_is_settled_together(resolve):
    first = make_delivery(state="uncertain")
    make_delivery(recipient=first.recipient, post=first.post, state="uncertain")
    make_delivery(state="uncertain")

    settled = resolve(first, by="carol", now=LATER)

    assert len(settled) == 2
    assert states()[0] == states()[1] != "uncertain"
    assert states()[2] == "uncertain"


@pytest.mark.parametrize("resolve", [resolve_arrived, resolve_send_again])
@pytest.mark.parametrize(
    ("state", "words"), [("read", "it is read now"), ("pending", "it is pending now")]
)
def test_what_was_settled_meanwhile_stays_as_it_is(resolve, state, words):
    delivery = make_delivery(state=state)

    with pytest.raises(HandSendRefused, match=words):
        resolve(delivery, by="carol", now=LATER)

    assert states() == [state]
    assert not Event.objects.exists()


def test_nothing_is_sent_again_under_the_kill_switch_but_it_may_have_arrived():
    delivery = make_delivery(state="uncertain")
    pause(reason="news at 13:30", by="anna", now=NOON)

    with pytest.raises(HandSendRefused, match="news at 13:30"):
        resolve_send_again(delivery, by="carol", now=LATER)
    resolve_arrived(delivery, by="carol", now=LATER)

    assert states() == ["sent"]


def test_an_alert_is_sent_again_under_the_kill_switch():
    alert = make_message("alarm:1:raised", kind="alert")
    delivery = make_delivery(message=alert, state="uncertain")
    pause(reason="news", by="anna", now=NOON)

    resolve_send_again(delivery, by="carol", now=LATER)

    assert states() == ["pending"]


@pytest.mark.parametrize(
    ("gone", "words"), [({"opted_out_at": NOON}, "opted out"), ({"is_active": False}, "is paused")]
)
def test_nothing_is_sent_again_to_whom_nothing_may_be_sent(gone, words):
    delivery = make_delivery(recipient=make_recipient(**gone), state="uncertain")

    with pytest.raises(HandSendRefused, match=words):
        resolve_send_again(delivery, by="carol", now=LATER)

    assert states() == ["uncertain"]
