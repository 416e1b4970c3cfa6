"""Asking for a backtest."""

import pytest
from django.urls import reverse

from backtests.models import Backtest, State
from tests.backtests.finished import make_done
from tests.backtests.pages.asked import page_of, typed
from tests.backtests.stored import store_minutes
from tests.builders import make_config

pytestmark = pytest.mark.django_db


def test_a_form_that_is_right_becomes_a_run(staff):
    answer = staff.post("/backtests/new/", typed(setting_fast="10", spread_pips="0.5"))

    [run] = Backtest.objects.all()
    assert answer["Location"] == page_of(run)
    asked = run.asked()
    assert asked.parameters["fast"] == 10 and asked.costs.spread_pips == 0.5
    assert (run.state, run.created_by) == (State.QUEUED, "sam")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"symbols": []}, "symbols"),
        ({"end": "2026-03-01T00:00"}, "end"),
        ({"start": "2025-01-01T00:00", "end": "2025-02-01T00:00"}, "start"),
        ({"setting_fast": "40"}, "setting_fast"),
        ({"setting_fast": "0"}, "setting_fast"),
        ({"risk_pct": "101"}, "risk_pct"),
        ({"slippage_pips": "-1"}, "slippage_pips"),
        ({"capital": ""}, "capital"),
    ],
)
def test_what_is_wrong_stands_at_its_field(staff, wrong, field):
    answer = staff.post("/backtests/new/", typed(**wrong))

    assert list(answer.context["form"].errors) == [field]
    assert not Backtest.objects.exists()


def test_another_strategy_brings_its_own_settings_and_keeps_the_rest(staff):
    asked = typed(strategy="donchian_atr", step="settings", capital="500")

    form = staff.post("/backtests/new/", asked).context["form"]

    assert form.slug == "donchian_atr" and "setting_fast" not in form.fields
    assert form["capital"].value() == "500"
    assert not Backtest.objects.exists()


def test_choosing_what_trails_empties_the_target_and_choosing_another_brings_one_back(staff):
    page = staff.get("/backtests/new/").content.decode()
    trailing = typed(strategy="donchian_atr", step="settings", settings_of="ema_rsi")
    back = typed(step="settings", settings_of="donchian_atr", tp_value="")
    other = typed(strategy="meanrev_bb", step="settings", settings_of="ema_rsi", tp_value="6")

    forms = [
        staff.post("/backtests/new/", sent).context["form"] for sent in (trailing, back, other)
    ]

    assert '<input type="hidden" name="settings_of" value="ema_rsi">' in page
    assert [form["tp_value"].value() for form in forms] == [None, 4.5, "6"]


def test_without_script_another_strategy_shows_its_settings_before_it_starts(staff):
    sent = typed(strategy="donchian_atr", settings_of="ema_rsi")

    form = staff.post("/backtests/new/", sent).context["form"]

    assert form.slug == "donchian_atr" and not form.errors
    assert form["tp_value"].value() is None
    assert not Backtest.objects.exists()


def test_a_link_to_what_trails_has_no_target_unless_it_names_one(staff):
    config = make_config(make_done_symbol(), tp_value=6)
    link = {"config": config.pk, "strategy": "donchian_atr"}

    alone = staff.get("/backtests/new/", link).context["form"]
    named = staff.get("/backtests/new/", {**link, "tp_value": "8"}).context["form"]

    assert alone["tp_value"].value() is None
    assert named["tp_value"].value() == "8"


def test_the_form_begins_with_a_config_or_with_a_former_run(staff):
    config = make_config(make_done_symbol(), parameters={"fast": 9})
    run = make_done()

    of_config = staff.get("/backtests/new/", {"config": config.pk}).context["form"]
    of_run = staff.get("/backtests/new/", {"from": run.pk}).context["form"]

    assert of_config["setting_fast"].value() == 9
    assert of_run["setting_fast"].value() == 3 and of_run["sl_value"].value() == 1.5
    assert of_run["symbols"].value() == ["EURUSD"]


def make_done_symbol():
    return store_minutes("GBPUSD", seed=8)


def test_a_strategys_page_leads_to_a_form_with_its_settings(staff):
    config = make_config(make_done_symbol(), parameters={"fast": 9})

    page = staff.get(reverse("strategy", args=[config.pk])).content.decode()

    assert f"/backtests/new/?config={config.pk}" in page
