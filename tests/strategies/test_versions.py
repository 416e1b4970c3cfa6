"""Saving a config: one version and one event per change, and the way back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit.models import Event
from strategies.ema_rsi import EmaRsi
from strategies.levels import LevelRule
from strategies.models import ConfigVersion, StrategyConfig
from strategies.registry import code_hash
from strategies.snapshots import changes
from strategies.versions import (
    SavedMeanwhile,
    ensure_config,
    restore_version,
    save_config,
    set_enabled,
)
from tests.builders import NOON, make_config, make_symbol

LATER = NOON + timedelta(hours=1)
pytestmark = pytest.mark.django_db


def test_the_first_save_makes_version_one_with_every_setting():
    version = make_config(parameters={"fast": 9}).current_version

    assert (version.number, version.label, version.created_by) == (1, "v1", "test")
    assert version.changes == "created"
    assert version.snapshot["parameters"] == {"fast": 9, "slow": 26, "rsi_period": 14, "gate": 50.0}
    assert version.code_hash == code_hash("ema_rsi")


def test_a_version_builds_what_decides():
    version = ConfigVersion.objects.get(config=make_config(parameters={"fast": 9}))

    assert version.build() == EmaRsi(fast=9)
    assert version.level_rule() == LevelRule(
        sl_mode="atrx", sl_value=Decimal("3.00"), tp_mode="atrx", tp_value=Decimal("4.50")
    )
    assert (version.expiry_bars, version.min_confidence) == (120, 0.0)
    assert (version.lots_hint, version.timeframe) == (Decimal("0.10"), "M1")


def test_a_change_is_one_version_and_one_event_with_before_and_after():
    config = make_config()

    config.parameters["fast"] = 10
    config.mode = "shadow"
    config.tp_value = None
    version = save_config(config, by="ruth", now=LATER)

    assert version.changes == "mode live -> shadow; target 4.50 -> none; fast 12 -> 10"
    event = Event.objects.get(at=LATER)
    assert (event.kind, event.actor, event.subject) == (
        "config.changed",
        "ruth",
        f"config:{config.pk}",
    )
    assert event.text == f"EMA cross with RSI gate on EURUSD, M1, shadow v2: {version.changes}"
    assert event.payload["before"]["parameters"]["fast"] == 12
    assert event.payload["after"] == version.snapshot


def test_saving_the_same_again_is_no_version_and_no_event():
    config = StrategyConfig.objects.get(pk=make_config().pk)

    version = save_config(config, by="ruth", now=LATER)

    assert version.number == 1
    assert Event.objects.count() == 1
    assert StrategyConfig.objects.get().updated_at == NOON


def test_new_deciding_code_is_a_new_version():
    config = make_config()
    ConfigVersion.objects.update(code_hash="000000000000")

    version = save_config(config, by="desk", now=LATER)

    assert (version.number, version.changes) == (2, "new code decides")


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"parameters": {"fsat": 9}}, "parameters", "unknown setting 'fsat', did you mean 'fast'?"),
        ({"sl_value": Decimal(0)}, "sl_value", "greater than or equal to 0.01"),
        ({"min_confidence": 1.5}, "min_confidence", "less than or equal to 1.0"),
        ({"expiry_bars": 0}, "expiry_bars", "greater than or equal to 1"),
        ({"timeframe": "M7"}, "timeframe", "not a valid choice"),
    ],
)
def test_what_cannot_run_is_refused_and_nothing_is_stored(values, field, words):
    config = make_config()

    for name, value in values.items():
        setattr(config, name, value)
    with pytest.raises(ValidationError, match=words) as refusal:
        save_config(config, by="ruth", now=LATER)

    assert list(refusal.value.error_dict) == [field]
    assert ConfigVersion.objects.count() == Event.objects.count() == 1


def test_the_database_refuses_it_too():
    make_config()

    for values in ({"sl_value": 0}, {"min_confidence": 2}, {"lots_hint": 0}, {"tp_value": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StrategyConfig.objects.update(**values)


def test_a_second_config_for_the_same_place_is_refused_in_words():
    config = make_config()

    with pytest.raises(ValidationError, match="already runs this strategy"):
        make_config(config.symbol)
    assert make_config(config.symbol, mode="shadow").pk


def test_a_version_cannot_be_changed():
    version = make_config().current_version

    version.number = 5
    with pytest.raises(TypeError, match="never changes"):
        version.save()


def test_ensuring_makes_the_defaults_once_and_keeps_what_staff_chose():
    symbol = make_symbol()
    config = ensure_config(symbol, "donchian_atr", by="seed", now=NOON)
    set_enabled(config, False, by="ruth", now=LATER)

    again = ensure_config(symbol, "donchian_atr", by="seed", now=LATER)

    assert (again.pk, again.is_enabled) == (config.pk, False)
    assert again.versions.count() == 2
    assert (again.sl_value, again.tp_value, again.expiry_bars) == (Decimal("3.00"), None, 120)
    assert again.parameters["trail_atr"] == 3.0


def test_going_back_makes_a_new_version_that_says_the_old():
    config = make_config()
    config.parameters["fast"] = 10
    config.sl_value = Decimal("2.50")
    save_config(config, by="ruth", now=LATER)

    version = restore_version(config.versions.get(number=1), by="ruth", now=LATER)

    assert version.number == 3
    assert version.snapshot == config.versions.get(number=1).snapshot
    assert version.changes == "stop 2.50 -> 3.00; fast 10 -> 12"
    assert StrategyConfig.objects.get().sl_value == Decimal("3.00")


def test_the_running_versions_are_the_newest_of_what_is_enabled(django_assert_num_queries):
    runs = make_config()
    set_enabled(make_config(runs.symbol, "meanrev_bb"), False, by="ruth", now=LATER)
    make_config(make_symbol("GBPUSD", is_enabled=False))
    runs.parameters["fast"] = 10
    newest = save_config(runs, by="ruth", now=LATER)

    with django_assert_num_queries(1):
        running = [(v, v.config.symbol.code) for v in ConfigVersion.objects.running()]

    assert running == [(newest, "EURUSD")]


def test_a_setting_that_is_gone_is_named_in_the_words():
    before = {"mode": "live", "parameters": {"fast": 12, "old": True}}
    after = {"mode": "live", "parameters": {"fast": 12}}

    assert changes(before, after) == ["old on -> none"]


def test_a_change_made_from_an_older_version_is_refused_and_nothing_is_stored():
    config = make_config()
    stale = StrategyConfig.objects.get()
    set_enabled(config, False, by="sam", now=LATER, expected=1)

    stale.expiry_bars = 60
    with pytest.raises(SavedMeanwhile):
        save_config(stale, by="ruth", now=LATER, expected=1)

    kept = StrategyConfig.objects.get()
    assert (kept.is_enabled, kept.expiry_bars, kept.current_version.number) == (False, 120, 2)
