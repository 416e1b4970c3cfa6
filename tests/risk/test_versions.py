from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from audit.models import Event
from risk.models import DailyLoss, RiskSettings, RiskVersion
from risk.versions import ensure_settings, report_daily_loss, restore_version, save_settings
from signals.engine import live_conditions
from strategies.versions import SavedMeanwhile
from tests.builders import NOON

pytestmark = pytest.mark.django_db


def test_the_defaults_become_version_one_once():
    first = ensure_settings(by="seed", now=NOON)
    again = ensure_settings(by="seed", now=NOON)

    assert (first.label, again) == ("v1", first)
    assert RiskVersion.objects.count() == 1


def test_every_change_is_a_new_version_and_an_event_with_before_and_after():
    ensure_settings(by="seed", now=NOON)
    settings = RiskSettings.objects.get()
    settings.guards = {"volatility": {"max_atr_pct": 0.1}}

    version = save_settings(settings, by="anna", now=NOON)

    event = Event.objects.filter(kind="risk.changed").latest("pk")
    assert version.label == "v2"
    assert (event.actor, event.payload["before"]["guards"]) == ("anna", {})
    assert event.payload["after"]["guards"] == {"volatility": {"max_atr_pct": 0.1}}


def test_saving_without_a_change_makes_no_version():
    ensure_settings(by="seed", now=NOON)

    version = save_settings(RiskSettings.objects.get(), by="anna", now=NOON)

    assert version.label == "v1"


def test_defaults_written_out_are_no_change():
    ensure_settings(by="seed", now=NOON)

    version = save_settings(
        RiskSettings(guards={"volatility": {"enabled": True, "max_atr_pct": 0.04}}),
        by="anna",
        now=NOON,
    )

    assert version.label == "v1"


def test_a_change_made_from_an_older_version_is_refused():
    ensure_settings(by="seed", now=NOON)
    save_settings(RiskSettings(loss_unit="account currency"), by="ben", now=NOON)

    with pytest.raises(SavedMeanwhile):
        save_settings(
            RiskSettings(guards={"spread": {"enabled": False}}), by="anna", now=NOON, expected=1
        )

    assert RiskSettings.objects.get().guards == {}


def test_going_back_makes_a_new_version_and_an_event_in_words():
    first = ensure_settings(by="seed", now=NOON)
    save_settings(RiskSettings(guards={"spread": {"enabled": False}}), by="ben", now=NOON)

    version = restore_version(first, by="anna", now=NOON, expected=2)

    event = Event.objects.filter(kind="risk.changed").latest("pk")
    assert (version.label, version.snapshot) == ("v3", first.snapshot)
    assert RiskSettings.objects.get().guards == {}
    assert (event.actor, event.text) == ("anna", "Risk settings v3: Stop to spread off -> on")


def test_settings_a_guard_refuses_are_not_saved():
    bad = RiskSettings(guards={"volatility": {"max_atr_pct": -1}})

    with pytest.raises(ValidationError, match="max_atr_pct"):
        save_settings(bad, by="anna", now=NOON)

    assert not RiskVersion.objects.exists()


def test_the_days_loss_counts_until_five_in_the_afternoon_in_new_york():
    before = datetime(2026, 11, 18, 16, 59, tzinfo=ZoneInfo("America/New_York"))
    report_daily_loss(Decimal("2.5"), by="anna", now=before)

    assert DailyLoss.objects.amount_at(before) == Decimal("2.5")
    assert DailyLoss.objects.amount_at(before + timedelta(minutes=1)) == 0


def test_reporting_again_replaces_the_amount_and_logs_both():
    report_daily_loss(Decimal(1), by="anna", now=NOON)
    report_daily_loss(Decimal(2), by="ben", now=NOON)

    last = Event.objects.filter(kind="risk.daily_loss").latest("pk")
    assert DailyLoss.objects.get().amount == 2
    assert (last.actor, Decimal(last.payload["before"]), last.payload["after"]) == ("ben", 1, "2")


def test_a_negative_loss_is_refused_in_words():
    with pytest.raises(ValidationError, match="positive number"):
        report_daily_loss(Decimal(-1), by="anna", now=NOON)


def test_the_engine_reads_the_loss_of_the_day_each_bar_belongs_to():
    report_daily_loss(Decimal(4), by="anna", now=NOON)

    conditions = live_conditions(now=NOON)

    assert conditions.book_at(NOON).daily_loss == 4.0
    assert conditions.book_at(NOON - timedelta(days=1)).daily_loss == 0.0
