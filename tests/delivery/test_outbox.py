from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from delivery.audience import recipients_sent, recipients_sent_each
from delivery.models import Delivery, Message, Pause
from delivery.outbox import Draft, cancel_pending, queue_messages
from delivery.pauses import current_pause, pause, resume
from delivery.transitions import State, move
from tests.builders import NOON, make_delivery, make_message, make_recipient

pytestmark = pytest.mark.django_db


def queue(key="signal:1", **values):
    return queue_messages([draft(key, **values)])[0]


def draft(key, kind="signal", tags=None, recipients=None):
    return Draft(
        key=key,
        kind=kind,
        title="EURUSD BUY",
        text="EURUSD BUY @ 1.08523 | SL 1.08323 | TP 1.08723 | conf 0.72 | ema_rsi",
        fields={"action": "BUY"},
        tags=tags or {"symbol": "EURUSD", "strategy": "ema_rsi", "confidence": 0.72},
        deliver_by=NOON + timedelta(minutes=5),
        now=NOON,
        recipients=recipients,
    )


def receivers(message):
    return {delivery.recipient.name for delivery in message.deliveries.all()}


def test_each_recipient_gets_one_delivery_however_often_the_message_is_queued():
    make_recipient(name="Anna")
    make_recipient(name="Ben")

    first, second = queue(), queue()

    assert first == second
    assert receivers(first) == {"Anna", "Ben"}
    assert Delivery.objects.count() == 2


def test_recipients_added_after_the_message_get_nothing():
    message = queue()
    make_recipient()

    queue()

    assert not message.deliveries.exists()


def test_only_those_who_want_the_tags_and_the_confidence_are_sent_to():
    make_recipient(name="Wants it", wants={"symbol": ["EURUSD", "GBPUSD"]}, min_confidence=0.72)
    make_recipient(name="Other symbol", wants={"symbol": ["USDJPY"]})
    make_recipient(name="Other strategy", wants={"strategy": ["donchian_atr"]})
    make_recipient(name="More confident", min_confidence=0.73)

    assert receivers(queue()) == {"Wants it"}


def test_named_recipients_are_sent_to_whatever_their_filters_say():
    stranger = make_recipient(name="Stranger")
    chosen = make_recipient(name="Chosen", wants={"symbol": ["USDJPY"]}, min_confidence=0.99)

    message = queue(recipients=[chosen, chosen])

    assert receivers(message) == {"Chosen"}
    assert not stranger.deliveries.exists()


def test_paused_and_opted_out_recipients_are_never_sent_to():
    gone = make_recipient(name="Opted out", opted_out_at=NOON)
    resting = make_recipient(name="Paused", is_active=False)

    assert not queue("signal:1").deliveries.exists()
    assert not queue("signal:2", recipients=[gone, resting]).deliveries.exists()


def test_the_demo_phone_stops_once_a_real_channel_works():
    make_recipient(name="Demo phone", channel="preview")
    real = make_recipient(name="Real")
    assert receivers(queue("signal:1")) == {"Demo phone", "Real"}

    make_delivery(recipient=real, state="sent")

    assert receivers(queue("signal:2")) == {"Real"}


def test_those_the_message_may_have_reached_are_told_how_it_ended():
    for state in Delivery.State:
        make_delivery(
            message=make_message("signal:7"), recipient=make_recipient(name=state), state=state
        )

    names = set(recipients_sent("signal:7").values_list("name", flat=True))

    assert names == {"pending", "claimed", "sending", "sent", "delivered", "read", "uncertain"}


def test_a_message_rolled_back_with_its_signal_leaves_nothing():
    make_recipient()

    with pytest.raises(RuntimeError), transaction.atomic():
        queue()
        raise RuntimeError("the signal could not be stored")

    assert not Message.objects.exists()


def test_the_kill_switch_cancels_what_waits_and_resuming_does_not_bring_it_back():
    make_recipient()
    signal, alert = queue("signal:1"), queue("alert:1", kind="alert")

    pause(reason="news at 13:30", by="anna", now=NOON)
    resume(by="anna", now=NOON)

    cancelled = signal.deliveries.get()
    assert (cancelled.state, cancelled.reason) == ("cancelled", "kill_switch")
    assert alert.deliveries.get().state == "pending"


def test_a_signal_queued_under_the_kill_switch_is_kept_as_cancelled():
    make_recipient()
    pause(reason="news", by="anna", now=NOON)

    assert queue().deliveries.get().state == "cancelled"
    assert queue("test:1", kind="test").deliveries.get().state == "pending"


def test_pausing_twice_keeps_the_first_pause_and_its_reason():
    first = pause(reason="news", by="anna", now=NOON)

    second = pause(reason="lunch", by="ben", now=NOON)

    assert second == first == current_pause()
    assert resume(by="ben", now=NOON) == first
    assert current_pause() is None
    assert resume(by="ben", now=NOON) is None


def test_the_database_holds_at_most_one_open_pause():
    Pause.objects.create(reason="one", started_at=NOON, started_by="anna", ended_at=NOON)
    Pause.objects.create(reason="two", started_at=NOON, started_by="anna")

    with pytest.raises(IntegrityError), transaction.atomic():
        Pause.objects.create(reason="three", started_at=NOON, started_by="anna")


def test_what_waits_for_one_recipient_can_be_cancelled_alone():
    anna, ben = make_recipient(name="Anna"), make_recipient(name="Ben")
    message = queue()

    assert cancel_pending(reason="opted_out", recipient=anna) == 1

    assert message.deliveries.get(recipient=anna).state == "cancelled"
    assert message.deliveries.get(recipient=ben).state == "pending"


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_loses_nothing_and_raises_nothing(settings, celery_without_broker):
    make_recipient()

    message = queue()

    assert message.deliveries.get().state == "pending"


def test_who_only_got_the_repeat_of_an_entry_hears_of_its_end_too():
    first, late = make_recipient("Anna"), make_recipient("Ben")
    make_delivery(message=make_message("signal:7"), recipient=first, state="sent")
    make_delivery(message=make_message("signal:7:resend:1"), recipient=late, state="sent")
    make_delivery(message=make_message("signal:70"), recipient=make_recipient("C"), state="sent")

    assert set(recipients_sent("signal:7")) == {first, late}


def test_what_came_back_unsent_during_a_stop_is_not_sent_after_it():
    delivery = make_delivery(state="sending")
    pause(reason="news", by="anna", now=NOON)
    move(delivery.pk, [State.SENDING], State.PENDING, due_at=NOON)

    resume(by="anna", now=NOON)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("cancelled", "kill_switch")


def test_many_messages_take_no_more_statements_than_one(django_assert_num_queries):
    for name in ("Anna", "Ben"):
        make_recipient(name=name)
    one, more = draft("signal:1"), [draft(f"signal:{n}") for n in range(2, 12)]

    with CaptureQueriesContext(connection) as alone:
        queue_messages([one])
    with django_assert_num_queries(len(alone)):
        messages = queue_messages(more)

    assert [message.key for message in messages] == [each.key for each in more]
    assert all(receivers(message) == {"Anna", "Ben"} for message in messages)


def test_a_key_among_many_that_was_queued_before_adds_nothing():
    make_recipient()
    first = queue("signal:2")

    messages = queue_messages([draft(f"signal:{n}") for n in (1, 2, 3, 3)])

    assert messages[1] == first and messages[2] == messages[3]
    assert Delivery.objects.count() == Message.objects.count() == 3


def test_those_who_were_sent_many_messages_are_those_who_were_sent_each():
    names = ("Zoe", "Anna", "Ben")
    zoe, anna, ben = (make_recipient(name=name) for name in names)
    make_delivery(message=make_message("signal:7"), recipient=zoe, state="sent")
    make_delivery(message=make_message("signal:7:resend:1"), recipient=anna, state="sent")
    make_delivery(message=make_message("signal:70"), recipient=ben, state="sent")
    make_delivery(message=make_message("signal:8"), recipient=ben, state="failed")

    sent = recipients_sent_each({"signal:7", "signal:8", "signal:9"})

    assert sent == {"signal:7": [anna, zoe], "signal:8": [], "signal:9": []}
    assert all(list(recipients_sent(key)) == sent[key] for key in sent)
