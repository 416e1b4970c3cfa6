"""Changing a part of the risk settings: what a script names changes, the rest stays."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from risk.guards.registry import ALWAYS_ON, GUARDS
from risk.models import RiskSettings, RiskVersion
from risk.snapshots import changes
from risk.versions import ensure_settings, restore_version, save_settings
from strategies.changing import Saved
from strategies.parameters import SettingError, build, describe

Guards = Mapping[str, Mapping[str, Any]]


@transaction.atomic
def change_settings(
    wanted: Mapping[str, Any], *, by: str, now: datetime, expected: int | None = None
) -> Saved[RiskVersion]:
    """The settings with `loss_unit` and `guards` of `wanted`, guard by guard, setting by setting.

    `expected` as in save_settings. A setting that cannot be is named as `guards.spread.enabled`.
    """
    ensure_settings(by=by, now=now)
    settings = RiskSettings.objects.select_for_update().get(pk=1)
    before = RiskVersion.objects.latest()
    settings.loss_unit = wanted.get("loss_unit", settings.loss_unit)
    if "guards" in wanted:
        settings.guards = _merged(settings.guards, wanted["guards"])
    return _saved(save_settings(settings, by=by, now=now, expected=expected), before)


@transaction.atomic
def go_back(
    version: RiskVersion, *, by: str, now: datetime, expected: int | None = None
) -> Saved[RiskVersion]:
    """As restore_version, with what it changed."""
    RiskSettings.objects.select_for_update().filter(pk=1).first()
    before = RiskVersion.objects.latest()
    return _saved(restore_version(version, by=by, now=now, expected=expected), before)


def complete(chosen: Guards) -> dict[str, dict[str, Any]]:
    """Every guard with its switch and all its settings; what `chosen` leaves out is the default."""
    return {
        slug: {"enabled": slug in ALWAYS_ON or chosen.get(slug, {}).get("enabled", True)}
        | {item.name: chosen.get(slug, {}).get(item.name, item.default) for item in describe(guard)}
        for slug, guard in GUARDS.items()
    }


def _merged(kept: Guards, chosen: Guards) -> dict[str, dict[str, Any]]:
    """All guards that can be set, as the form on the page stores them."""
    for slug in chosen:
        if slug not in GUARDS:
            raise _refused(slug[:50], f"There is no such guard; there is {', '.join(GUARDS)}.")
    merged = {}
    for slug, values in complete(kept).items():
        guard = _checked(slug, {**values, **chosen.get(slug, {})})
        if slug not in ALWAYS_ON or describe(GUARDS[slug]):
            merged[slug] = guard
    return merged


def _checked(slug: str, values: Mapping[str, Any]) -> dict[str, Any]:
    settings = dict(values)
    is_on = settings.pop("enabled")
    if not isinstance(is_on, bool):
        raise _refused(f"{slug}.enabled", "Write true or false, without quotes.")
    if slug in ALWAYS_ON and not is_on:
        raise _refused(f"{slug}.enabled", f"{GUARDS[slug].title} is always on.")
    try:
        return {"enabled": is_on, **asdict(build(GUARDS[slug], settings))}
    except SettingError as error:
        raise _refused(f"{slug}.{error.setting}", str(error)) from error


def _refused(setting: str, words: str) -> ValidationError:
    escaped = words.replace("%", "%%")  # Django fills the params in
    return ValidationError({"guards": ValidationError(escaped, params={"setting": setting})})


def _saved(version: RiskVersion, before: RiskVersion) -> Saved[RiskVersion]:
    differs = changes(before.snapshot, version.snapshot) if version != before else []
    return Saved(version, tuple(differs))
