import pytest

from risk.models import DailyLoss, RiskSettings, RiskVersion
from risk.versions import ensure_settings
from tests.builders import NOON, make_user
from tests.risk.guard_form import GUARD_FORM

pytestmark = pytest.mark.django_db

FORM = {name: sent for name, sent in GUARD_FORM.items() if name != "guard_spread_enabled"}


@pytest.fixture
def staff(client):
    ensure_settings(by="seed", now=NOON)
    client.force_login(make_user("staff", "staff"))
    return client


def test_staff_edit_every_guard_in_fields_of_its_own(staff):
    answer = staff.post("/admin/risk/risksettings/1/change/", FORM, follow=True)

    assert answer.status_code == 200
    newest = RiskVersion.objects.first()
    assert newest.created_by == "staff"
    assert newest.snapshot["guards"]["volatility"] == {"enabled": True, "max_atr_pct": 0.08}
    assert newest.snapshot["guards"]["spread"]["enabled"] is False


def test_a_bad_value_is_explained_and_nothing_is_saved(staff):
    wrong = {**FORM, "guard_volatility_max_atr_pct": "-2"}

    answer = staff.post("/admin/risk/risksettings/1/change/", wrong)

    assert b"Must be at least 0.0001 % of price." in answer.content
    assert RiskVersion.objects.count() == 1


def test_the_page_shows_what_is_in_force(staff):
    staff.post("/admin/risk/risksettings/1/change/", FORM)

    page = staff.get("/admin/risk/risksettings/1/change/").content.decode()

    assert 'name="guard_volatility_max_atr_pct" value="0.08"' in page
    assert "Stop to spread" in page


def test_staff_report_the_loss_of_the_running_day(staff):
    staff.post("/admin/risk/dailyloss/add/", {"amount": "1.5"})

    assert str(DailyLoss.objects.get().amount) == "1.50"
    assert DailyLoss.objects.get().updated_by == "staff"


def test_the_settings_can_neither_be_added_twice_nor_deleted(staff):
    assert staff.get("/admin/risk/risksettings/add/").status_code == 403
    assert staff.post("/admin/risk/risksettings/1/delete/").status_code == 403
    assert RiskSettings.objects.count() == 1


def test_a_viewer_reads_no_admin(client):
    client.force_login(make_user("vera", "viewer"))

    assert client.get("/admin/risk/risksettings/1/change/").status_code in (302, 403)
