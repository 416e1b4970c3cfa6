import pytest
from django.apps import apps
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from access.roles import set_role, sync_roles
from audit.models import Event
from delivery.models import Delivery, Message, Pause, Recipient
from delivery.pauses import current_pause, pause
from tests.builders import NOON, make_delivery, make_message, make_recipient

pytestmark = pytest.mark.django_db

MODELS = ["recipient", "message", "delivery", "post", "attempt", "pause"]


@pytest.fixture
def staff(client):
    """A browser with a staff user logged in."""
    sync_roles()
    user = User.objects.create_user("carol", password="x")
    set_role(user, "staff")
    client.force_login(user)
    return client


def page(model, what="changelist", *args):
    return reverse(f"admin:delivery_{model}_{what}", args=args)


def act(client, model, action, row):
    """The page shown after doing `action` to one row of a list."""
    form = {"action": action, "_selected_action": [row.pk]}
    return client.post(page(model), form, follow=True).content.decode()


@pytest.mark.parametrize("model", MODELS)
def test_staff_read_every_list_and_record(staff, model):
    delivery = make_delivery(state="sent")
    Pause.objects.create(reason="news", started_at=NOON, started_by="anna", ended_at=NOON)
    delivery.attempts.create(post=delivery.post, channel="whatsapp", at=NOON, outcome="accepted")
    model_class = apps.get_model("delivery", model)
    row = model_class._default_manager.get()

    assert staff.get(page(model)).status_code == 200
    assert staff.get(page(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", ["message", "delivery", "post", "attempt"])
def test_records_can_be_neither_added_nor_changed(staff, model):
    delivery = make_delivery(state="sent")

    assert staff.get(page(model, "add")).status_code == 403
    staff.post(page("delivery", "change", delivery.pk), {"state": "read"})
    assert Delivery.objects.get(pk=delivery.pk).state == "sent"


def test_the_list_of_deliveries_costs_the_same_however_long(staff, django_assert_max_num_queries):
    for _ in range(10):
        make_delivery(state="sent")

    with django_assert_max_num_queries(12):
        staff.get(page("delivery"))


def test_a_recipient_is_added_with_lists_instead_of_json(staff):
    form = {
        "name": "Anna",
        "channel": "whatsapp",
        "address": "+44 7911 123456",
        "min_confidence": "0.6",
        "is_active": "on",
        "wants_symbol": "EURUSD, GBPUSD,EURUSD",
        "wants_strategy": "",
    }

    staff.post(page("recipient", "add"), form)

    recipient = Recipient.objects.get()
    assert (recipient.address, recipient.wants) == (
        "+447911123456",
        {"symbol": ["EURUSD", "GBPUSD"]},
    )
    assert Event.objects.get(kind="recipient.added").actor == "carol"


def test_a_number_without_its_country_is_explained_in_the_form(staff):
    form = {"name": "A", "channel": "whatsapp", "address": "07911", "min_confidence": "0"}

    answer = staff.post(page("recipient", "add"), form).content.decode()

    assert "with its country code" in answer
    assert not Recipient.objects.exists()


def test_a_recipients_wishes_come_back_when_the_form_is_opened_again(staff):
    recipient = make_recipient(wants={"symbol": ["EURUSD", "USDJPY"]})

    assert "EURUSD, USDJPY" in staff.get(page("recipient", "change", recipient.pk)).content.decode()


def test_who_may_not_change_recipients_sees_masked_numbers_only(staff):
    recipient = make_recipient(address="+447911123456")
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_recipient"))
    staff.force_login(reader)

    pages = [page("recipient"), page("recipient", "change", recipient.pk)]
    shown = [staff.get(url).content.decode() for url in pages]

    for text in shown:
        assert "+447911123456" not in text
        assert "+44********56" in text
    assert "0 results" in staff.get(page("recipient"), {"q": "7911123456"}).content.decode()


def test_staff_send_a_test_message_and_pause_and_resume_a_recipient(staff):
    recipient = make_recipient()
    waiting = make_delivery(recipient=recipient)

    assert "a test message is on its way" in act(staff, "recipient", "send_test", recipient)
    act(staff, "recipient", "pause_selected", recipient)
    waiting.refresh_from_db()
    paused = Recipient.objects.get()
    act(staff, "recipient", "resume_selected", recipient)

    assert Message.objects.filter(kind="test").exists()
    assert (waiting.state, waiting.reason) == ("cancelled", "recipient_paused")
    assert not paused.is_active
    assert Recipient.objects.get().is_active


def test_staff_send_a_message_once_more(staff):
    message = make_message("signal:7")
    make_delivery(message=message, state="sent")

    assert "signal:7:resend:1 is on its way" in act(staff, "message", "resend_selected", message)


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

    assert "Pushes are stopped (news at 13:30)" in act(staff, "message", "resend_selected", message)
