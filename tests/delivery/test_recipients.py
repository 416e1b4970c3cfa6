from datetime import time, timedelta

import pytest
from django.core.exceptions import ValidationError

from delivery.counters import deliveries_by_state, whatsapp_errors_total, whatsapp_send_total
from delivery.models import Consent, Recipient
from delivery.recipients import ensure_demo_phone, ensure_listed
from delivery.sending import send_due
from tests.builders import NOON, make_delivery, make_recipient
from tests.delivery.graph_server import DROP_AFTER_ACCEPTING, OK, refusal

pytestmark = pytest.mark.django_db

ANNA = {
    "name": "Anna",
    "channel": "whatsapp",
    "address": "+447911123456",
    "opted_in_at": NOON,
    "opt_in_source": "signed form",
}


def list_numbers(numbers, now):
    return ensure_listed(numbers, channel="whatsapp", setting="WHATSAPP_TO", now=now)


def test_seeding_twice_makes_each_recipient_once_and_changes_nobody():
    list_numbers(["+44 7911 123456", " "], NOON)
    ensure_demo_phone(NOON)
    Recipient.objects.update(name="Renamed")

    list_numbers(["00447911123456"], NOON + timedelta(days=1))
    ensure_demo_phone(NOON + timedelta(days=1))

    rows = Recipient.objects.order_by("address").values_list("channel", "address", "name")
    assert list(rows) == [
        ("whatsapp", "+447911123456", "Renamed"),
        ("preview", "demo", "Renamed"),
    ]
    assert Recipient.objects.first().opted_in_at == NOON


def test_a_wrong_number_in_the_environment_is_named():
    [fault] = list_numbers(["07911123456"], NOON)

    assert fault.startswith("WHATSAPP_TO holds '07911123456', which is left out. Write the number")


def test_a_number_in_the_environment_that_wrote_stop_before_is_kept_opted_out():
    stop = {"channel": "whatsapp", "address": "+447911123456", "action": "opt_out"}
    Consent.objects.create(**stop, source="wrote STOP", at=NOON)

    list_numbers(["+44 7911 123456"], NOON + timedelta(days=1))

    assert Recipient.objects.get().opted_out_at == NOON


def test_a_recipient_form_stores_the_number_in_one_form_and_drops_empty_wishes():
    recipient = Recipient(**{**ANNA, "address": "0044 7911 123456", "wants": {"symbol": []}})

    recipient.full_clean()

    assert (recipient.address, recipient.wants) == ("+447911123456", {})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("address", "07911123456"),
        ("wants", ["EURUSD"]),
        ("wants", {"symbol": "EURUSD"}),
        ("min_confidence", 1.5),
        ("channel", "pigeon"),
        ("time_zone", "Mars/Olympus"),
        ("opt_in_source", ""),
    ],
)
def test_a_recipient_form_says_which_field_is_wrong(field, value):
    with pytest.raises(ValidationError) as caught:
        Recipient(**{**ANNA, field: value}).full_clean()

    assert list(caught.value.message_dict) == [field]


def test_quiet_hours_that_end_when_they_begin_are_refused_with_what_to_do():
    with pytest.raises(ValidationError, match="leave both empty") as caught:
        Recipient(**ANNA, quiet_from=time(7), quiet_until=time(7)).full_clean()

    assert list(caught.value.message_dict) == ["quiet_until"]


def test_a_channel_that_asks_for_no_consent_takes_a_recipient_without():
    Recipient(name="Demo", channel="preview", address="demo").full_clean()


def test_the_whatsapp_window_is_open_for_24_hours_after_their_last_message():
    recipient = make_recipient(last_inbound_at=NOON)

    assert recipient.window_open(NOON + timedelta(hours=23, minutes=59))
    assert not recipient.window_open(NOON + timedelta(hours=24))
    assert not make_recipient().window_open(NOON)


def test_the_counters_count_posts_not_deliveries(graph):
    for scene in (OK, OK, refusal(131026), DROP_AFTER_ACCEPTING):
        graph.play(scene)
        make_delivery()
    make_delivery(recipient=make_recipient(channel="preview", address="demo"))

    send_due(clock=lambda: NOON)

    assert (whatsapp_send_total(), whatsapp_errors_total()) == (2, 2)
    states = deliveries_by_state()
    assert (states["sent"], states["delivered"], states["failed"]) == (2, 1, 1)
    assert states["pending"] == 0


def test_a_public_channel_is_listed_under_its_whole_name():
    ensure_listed(["@mychannel"], channel="telegram", setting="TELEGRAM_CHAT_ID", now=NOON)

    assert Recipient.objects.get().name == "Telegram @mychannel"
