import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from delivery.models import Message
from signals.models import Position, Run, Signal, Tick, Track
from tests.builders import (
    NOON,
    make_delivery,
    make_message,
    make_recipient,
    make_signal,
    make_user,
)
from tests.signals.desk import first_signal, make_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(make_user("staff", "staff"))
    return client


def test_staff_read_a_signal_with_its_message_position_and_evidence(staff):
    signal = first_signal(make_desk())

    page = staff.get(f"/admin/signals/signal/{signal.pk}/change/").content.decode()

    assert f"EURUSD {signal.action} @ {signal.price_text} | SL" in page
    assert "Waiting for the next open" in page
    assert "ema fast" in page


@pytest.mark.parametrize("model", [Signal, Position, Run, Track, Tick])
def test_records_are_listed_and_nobody_edits_them(staff, model):
    first_signal(make_desk())
    address = f"/admin/signals/{model._meta.model_name}/"

    assert staff.get(address).status_code == 200
    assert staff.get(f"{address}add/").status_code == 403
    assert staff.post(f"{address}{model.objects.first().pk}/delete/").status_code == 403


def test_a_signal_shows_what_became_of_its_messages_in_list_and_record(staff):
    signal = first_signal(make_desk())
    message = Message.objects.get_or_create(
        key=signal.message_key,
        defaults={"kind": "signal", "deliver_by": NOON, "created_at": NOON},
    )[0]
    bea = make_recipient("Bea", address="+447911123456")
    make_delivery(message=message, recipient=bea, state="read")
    make_delivery(message=message, recipient=make_recipient("Cleo"), state="uncertain")

    listed = staff.get("/admin/signals/signal/").content.decode()
    record = staff.get(f"/admin/signals/signal/{signal.pk}/change/").content.decode()

    for page in (listed, record):
        assert "sent 1, delivered 1, read 1, uncertain 1" in page
    assert "Bea (whatsapp)" in record
    assert "+447911123456" not in record
    assert f"/push/{signal.pk}/" in record


def test_the_list_counts_messages_in_one_query_however_many_signals(staff):
    counts = []
    for minutes in (1, 2, 3):
        signal = make_signal(minutes_ago=minutes)
        make_delivery(message=make_message(signal.message_key), state="sent")
        with CaptureQueriesContext(connection) as queries:
            staff.get("/admin/signals/signal/")
        counts.append(len(queries))

    assert counts[1] == counts[2]
