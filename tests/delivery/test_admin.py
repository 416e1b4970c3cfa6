from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission, User

from audit.models import Event
from delivery.models import (
    Alarm,
    Callback,
    ChannelState,
    Consent,
    Delivery,
    Inbound,
    Pause,
    ProviderStatus,
)
from delivery.pauses import current_pause, pause
from tests.builders import NOON, make_delivery, make_message, make_recipient
from tests.delivery.console import act, page

pytestmark = pytest.mark.django_db

RECORDS = [
    "message",
    "delivery",
    "post",
    "attempt",
    "alarm",
    "callback",
    "providerstatus",
    "inbound",
    "consent",
]
PHONE = "+447911123456"


@pytest.fixture
def rows():
    """One row of everything, on one WhatsApp recipient."""
    recipient = make_recipient(address=PHONE)
    delivery = make_delivery(recipient=recipient, state="uncertain")
    delivery.attempts.create(post=delivery.post, channel="whatsapp", at=NOON, outcome="unknown")
    Pause.objects.create(reason="news", started_at=NOON, started_by="anna", ended_at=NOON)
    ChannelState.objects.create(channel="whatsapp", paused_at=NOON, reason="190: token expired")
    Alarm.objects.create(key="feed:EURUSD", title="Feed dead", opened_at=NOON, seen_at=NOON)
    said = {"channel": "whatsapp", "received_at": NOON}
    Callback.objects.create(digest="0" * 64, body=f"from {PHONE}", **said)
    ProviderStatus.objects.create(provider_id="wamid.1", status="sent", at=NOON, **said)
    Inbound.objects.create(provider_id="wamid.2", address=PHONE, text="my words", **said)
    Consent.objects.create(channel="whatsapp", address=PHONE, action="opt_out", at=NOON)
    return delivery


def test_every_model_of_the_app_is_in_the_admin():
    every = {model._meta.model_name for model in apps.get_app_config("delivery").get_models()}

    assert every == {"recipient", "pause", "channelstate", *RECORDS}


@pytest.mark.parametrize("model", ["recipient", "pause", "channelstate", *RECORDS])
def test_staff_read_every_list_and_record(staff, rows, model):
    row = apps.get_model("delivery", model)._default_manager.get()

    assert staff.get(page(model)).status_code == 200
    assert staff.get(page(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", RECORDS)
def test_readers_see_no_whole_number_and_nobodys_words(client, rows, model):
    reader = User.objects.create_user("reader", is_staff=True)
    own = Permission.objects.filter(codename__startswith="view_")
    reader.user_permissions.set(own.filter(content_type__app_label="delivery"))
    client.force_login(reader)
    row = apps.get_model("delivery", model)._default_manager.get()

    for url in (page(model), page(model, "change", row.pk)):
        shown = client.get(url).content.decode()
        assert PHONE not in shown
        assert "my words" not in shown


@pytest.mark.parametrize("model", [*RECORDS, "recipient", "channelstate"])
def test_a_list_costs_the_same_however_long(staff, rows, model, django_assert_max_num_queries):
    for number in range(10):
        recipient = make_recipient()
        delivery = make_delivery(recipient=recipient, state="sent")
        delivery.attempts.create(post=delivery.post, channel="whatsapp", at=NOON, outcome="refused")
        said = {"channel": "whatsapp", "received_at": NOON}
        who = {"recipient": recipient, "address": recipient.address, "channel": "whatsapp"}
        Consent.objects.create(action="opt_in", at=NOON, **who)
        Inbound.objects.create(provider_id=f"in.{number}", received_at=NOON, **who)
        ProviderStatus.objects.create(
            provider_id=f"out.{number}", status="sent", at=NOON, post=delivery.post, **said
        )

    with django_assert_max_num_queries(12):
        staff.get(page(model))


@pytest.mark.parametrize("model", RECORDS)
def test_records_can_be_neither_added_nor_changed(staff, model):
    delivery = make_delivery(state="sent")

    assert staff.get(page(model, "add")).status_code == 403
    staff.post(page("delivery", "change", delivery.pk), {"state": "read"})
    assert Delivery.objects.get(pk=delivery.pk).state == "sent"


def test_staff_send_a_message_once_more(staff):
    message = make_message("signal:7")
    make_delivery(message=message, state="sent")

    asked = act(staff, "message", "resend_selected", message)
    done = act(staff, "message", "resend_selected", message, confirmed="yes")

    assert "still an idea" in asked
    assert "signal:7:resend:1 is on its way" in done


def test_the_kill_switch_is_pulled_with_a_reason_and_released_from_the_list(staff):
    staff.post(page("pause", "add"), {"reason": "news at 13:30"})
    started = current_pause()

    again = staff.post(page("pause", "add"), {"reason": "lunch"}).content.decode()
    act(staff, "pause", "resume_pushes", started)

    assert (started.reason, started.started_by) == ("news at 13:30", "carol")
    assert "stopped already: news at 13:30" in again
    assert current_pause() is None
    kinds = Event.objects.filter(kind__startswith="kill").order_by("pk")
    assert [event.kind for event in kinds] == ["kill_switch.on", "kill_switch.off"]


def test_a_resend_under_the_kill_switch_says_why_it_was_refused(staff):
    message = make_message("signal:7")
    make_delivery(message=message, state="sent")
    pause(reason="news at 13:30", by="anna", now=NOON)

    page = act(staff, "message", "resend_selected", message, confirmed="yes")

    assert "Pushes are stopped (news at 13:30)" in page


def test_an_uncertain_delivery_is_found_explained_and_settled_by_a_person(staff, rows):
    make_delivery(state="sent", message=make_message("signal:8", title="GBPUSD SELL"))

    waiting = staff.get(page("delivery"), {"undecided": "yes"}).content.decode()
    answer = act(staff, "delivery", "it_arrived", rows)

    rows.refresh_from_db()
    assert "Uncertain: may have arrived" in waiting
    assert "GBPUSD SELL" not in waiting
    assert "EURUSD BUY to Anna counts as sent." in answer
    assert (rows.state, rows.reason) == ("sent", "carol says it arrived")


def test_an_uncertain_delivery_is_sent_again_when_a_person_says_so(staff, rows):
    assert "is on its way again" in act(staff, "delivery", "send_again", rows)

    rows.refresh_from_db()
    assert rows.state == "pending"


def test_only_an_uncertain_delivery_asks_for_a_decision_on_its_page(staff, rows):
    settled = make_delivery(state="sent", message=make_message("signal:8"))

    asked = staff.get(page("delivery", "change", rows.pk)).content.decode()
    quiet = staff.get(page("delivery", "change", settled.pk)).content.decode()

    question = "Nobody can tell from here whether this arrived"
    assert question in asked and "Uncertain: may have arrived" in asked
    assert question not in quiet


def test_a_delivery_that_needs_no_decision_is_left_alone_with_a_word_why(staff):
    sent = make_delivery(state="delivered")

    assert "needs no decision any more" in act(staff, "delivery", "send_again", sent)
    sent.refresh_from_db()
    assert sent.state == "delivered"


def test_a_delivery_shows_what_each_attempt_brought(staff, rows):
    rows.attempts.create(
        post=rows.post, channel="whatsapp", at=NOON, outcome="refused", code="131056", detail="slow"
    )

    shown = staff.get(page("delivery", "change", rows.pk)).content.decode()

    for text in ("131056", "slow", "Not accepted", "Unknown", rows.message.text):
        assert text in shown


def test_a_paused_channel_says_why_and_is_resumed_by_a_person(staff, rows):
    paused = ChannelState.objects.get()
    shown = staff.get(page("channelstate")).content.decode()

    answer = act(staff, "channelstate", "resume_selected", paused)

    paused.refresh_from_db()
    assert "190: token expired" in shown and "when you resume it" in shown
    assert "WhatsApp sends again" in answer
    assert paused.paused_at is None
    assert Event.objects.get(kind="channel.resumed").actor == "carol"


def test_a_channel_that_probes_says_when_it_tries_next(staff):
    times = {"paused_at": NOON, "probe_at": NOON + timedelta(minutes=5)}
    ChannelState.objects.create(channel="whatsapp", reason="190", **times)

    assert "18 Nov 12:05:00 UTC" in staff.get(page("channelstate")).content.decode()


@pytest.mark.parametrize("has_row", [True, False])
def test_a_channel_is_paused_by_hand_with_a_reason(staff, has_row):
    if has_row:
        ChannelState.objects.create(channel="whatsapp")
    form = {"channel": "whatsapp", "reason": "moving to a new number"}

    staff.post(page("channelstate", "add"), form)
    again = staff.post(page("channelstate", "add"), form).content.decode()

    state = ChannelState.objects.get()
    assert (state.reason, state.probe_at) == ("moving to a new number", None)
    assert "WhatsApp is paused already: moving to a new number" in again
    assert Event.objects.get(kind="channel.paused").actor == "carol"


def test_readers_can_neither_pause_nor_resume_a_channel(client, rows):
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_channelstate"))
    client.force_login(reader)

    assert client.get(page("channelstate", "add")).status_code == 403
    act(client, "channelstate", "resume_selected", ChannelState.objects.get())
    assert ChannelState.objects.get().paused_at is not None


def test_the_list_of_messages_says_what_came_of_each(staff):
    message = make_message("signal:7")
    for state in ("read", "delivered", "sent"):
        make_delivery(message=message, recipient=make_recipient(state), state=state)

    shown = staff.get(page("message")).content.decode()

    assert "sent 3, delivered 2, read 1, uncertain 0" in shown
    assert "signal:7" not in shown


def test_a_record_gives_its_reason_in_words(staff):
    reason = "no_answer: the connection ended without a whole answer"
    delivery = make_delivery(state="uncertain", reason=reason)

    for url in (page("delivery"), page("delivery", "change", delivery.pk)):
        shown = staff.get(url).content.decode()
        assert "the connection ended without a whole answer" in shown
        assert "no_answer" not in shown
