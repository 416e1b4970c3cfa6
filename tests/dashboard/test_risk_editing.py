"""Changing the guards, going back, and reporting the day's loss."""

from decimal import Decimal

import pytest
from django.utils import timezone

from audit.models import Event
from risk.models import DailyLoss, RiskSettings, RiskVersion
from risk.versions import ensure_settings, report_daily_loss, save_settings
from tests.builders import NOON, make_user
from tests.risk.guard_form import GUARD_FORM

pytestmark = pytest.mark.django_db

FORM = {"version": "1", **GUARD_FORM}


@pytest.fixture
def staff(client):
    ensure_settings(by="seed", now=NOON)
    client.force_login(make_user("sam", "staff"))
    return client


def page(answer):
    return answer.content.decode()


def test_the_form_holds_what_is_in_force_and_every_control_says_its_limits(staff):
    html = page(staff.get("/risk/edit/"))

    assert 'name="guard_volatility_max_atr_pct" value="0.04"' in html
    assert "0.0001 to 100 % of price, default 0.04" in html
    assert "Kill switch and Market closed are always on" in html


def test_a_change_is_shown_before_it_is_saved(staff):
    html = page(staff.post("/risk/edit/", {**FORM, "step": "review"}))

    assert "This would change" in html
    assert "Volatility: max ATR (% of price)" in html
    assert RiskVersion.objects.count() == 1


def test_a_confirmed_change_is_a_version_an_event_and_said(staff):
    html = page(staff.post("/risk/edit/", {**FORM, "step": "save"}, follow=True))

    assert "v2 of the risk settings is current: Volatility: max ATR" in html
    assert RiskVersion.objects.latest().created_by == "sam"
    assert Event.objects.filter(kind="risk.changed", actor="sam").exists()


def test_the_review_carries_all_that_was_typed(staff):
    html = page(staff.post("/risk/edit/", {**FORM, "step": "review"}))

    for name, value in FORM.items():
        shown = "True" if value == "on" else value
        assert f'name="{name}" value="{shown}"' in html


def test_changing_it_again_keeps_what_was_typed(staff):
    html = page(staff.post("/risk/edit/", {**FORM, "step": "back"}))

    assert 'name="guard_volatility_max_atr_pct" value="0.08"' in html
    assert RiskVersion.objects.count() == 1


def test_a_bad_value_is_explained_beside_its_field_and_all_is_kept(staff):
    wrong = {**FORM, "guard_volatility_max_atr_pct": "-2", "guard_daily_loss_limit": "7"}

    html = page(staff.post("/risk/edit/", {**wrong, "step": "save"}))

    assert "Must be at least 0.0001 % of price." in html
    assert 'value="-2"' in html
    assert 'name="guard_daily_loss_limit" value="7"' in html
    assert RiskVersion.objects.count() == 1


def test_nothing_changed_is_said(staff):
    same = {**FORM, "guard_volatility_max_atr_pct": "0.04", "step": "review"}

    assert "Nothing to save" in page(staff.post("/risk/edit/", same))


def test_a_form_made_from_an_older_version_is_refused_with_both_changes(staff):
    save_settings(RiskSettings(guards={"spread": {"enabled": False}}), by="ben", now=NOON)

    answer = staff.post("/risk/edit/", {**FORM, "step": "save"})

    assert answer.status_code == 409
    assert "ben saved v2 while you edited v1" in page(answer)
    assert "Typed by you" in page(answer)
    assert RiskVersion.objects.count() == 2


def test_going_back_asks_with_the_differences_and_makes_a_new_version(staff):
    save_settings(RiskSettings(guards={"spread": {"enabled": False}}), by="ben", now=NOON)

    asked = page(staff.get("/risk/versions/1/restore/"))
    done = page(staff.post("/risk/versions/1/restore/", {"version": "2"}, follow=True))

    assert "Stop to spread" in asked
    assert "as in v1 again: v3 of the risk settings is current" in done
    assert RiskSettings.objects.get().guards == {}


def test_going_back_from_a_page_that_is_stale_does_nothing(staff):
    save_settings(RiskSettings(guards={"spread": {"enabled": False}}), by="ben", now=NOON)

    done = page(staff.post("/risk/versions/1/restore/", {"version": "1"}, follow=True))

    assert "Nothing was done" in done
    assert RiskVersion.objects.count() == 2


def test_staff_report_the_days_loss(staff):
    done = page(staff.post("/risk/loss/", {"amount": "1.5"}, follow=True))

    assert "set to 1.5 R" in done
    assert DailyLoss.objects.get().updated_by == "sam"


def test_reporting_shows_what_was_reported_before(staff):
    report_daily_loss(Decimal("1.50"), by="ben", now=timezone.now())

    html = page(staff.get("/risk/loss/"))

    assert "1.5 R</b> by ben" in html


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("-1", "Enter the loss as a positive number."),
        ("much", "Enter a number, such as 1.5."),
        ("", "Enter a number, 0 if nothing is lost."),
        ("1.555", "Two decimals at most."),
    ],
)
def test_a_loss_that_is_none_is_explained_and_kept(staff, typed, said):
    html = page(staff.post("/risk/loss/", {"amount": typed}))

    assert said in html
    assert f'value="{typed}"' in html or not typed
    assert not DailyLoss.objects.exists()


@pytest.mark.parametrize("path", ["/risk/edit/", "/risk/loss/", "/risk/versions/1/restore/"])
def test_viewers_are_refused(client, path):
    ensure_settings(by="seed", now=NOON)
    client.force_login(make_user("vera", "viewer"))

    assert client.get(path).status_code == 403
    assert client.post(path, FORM).status_code == 403


def test_who_pauses_on_the_risk_page_stays_there(staff):
    at_risk = {"Referer": "http://testserver/risk/"}

    paused = staff.post("/pause/", {"reason": "News"}, headers=at_risk)
    resumed = staff.post("/resume/", headers={"Referer": "http://elsewhere.example/risk/"})

    assert paused.url == "/risk/"
    assert resumed.url == "/"
