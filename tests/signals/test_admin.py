import pytest

from signals.models import Position, Run, Signal, Tick, Track
from tests.builders import make_user
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
