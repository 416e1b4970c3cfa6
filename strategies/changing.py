"""Changing a part of the settings: what a script names changes, the rest stays as it is by then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction

from markets.models import Symbol
from strategies.models import ConfigVersion, StrategyConfig
from strategies.parameters import describe
from strategies.registry import STRATEGIES
from strategies.versions import lock_place, new_config, restore_version, save_config

Version = TypeVar("Version")


@dataclass(frozen=True)
class Saved(Generic[Version]):
    """What a change led to: the version in force, and what it changed, in words."""

    version: Version
    changed: tuple[str, ...]  # empty: everything was so already


@transaction.atomic
def add_config(
    symbol: Symbol, strategy: str, settings: Mapping[str, Any], *, by: str, now: datetime
) -> Saved[ConfigVersion]:
    """A new config; what `settings` leave out has its default."""
    config = new_config(symbol, strategy)
    _apply(config, settings)
    return _saved(save_config(config, by=by, now=now), None)


@transaction.atomic
def change_config(
    config: StrategyConfig,
    settings: Mapping[str, Any],
    *,
    by: str,
    now: datetime,
    expected: int | None = None,
) -> Saved[ConfigVersion]:
    """The config with `settings` by field; `parameters` by setting. `expected` as in save_config.

    Changes of different settings made at once all count, as each reads what the other saved.
    """
    lock_place(config.symbol_id)
    current = StrategyConfig.objects.select_related("symbol").get(pk=config.pk)
    before = current.current_version
    _apply(current, settings)
    return _saved(save_config(current, by=by, now=now, expected=expected), before)


@transaction.atomic
def go_back(
    version: ConfigVersion, *, by: str, now: datetime, expected: int | None = None
) -> Saved[ConfigVersion]:
    """As restore_version, with what it changed."""
    lock_place(version.config.symbol_id)
    before = version.config.current_version
    return _saved(restore_version(version, by=by, now=now, expected=expected), before)


def _apply(config: StrategyConfig, settings: Mapping[str, Any]) -> None:
    if config.strategy not in STRATEGIES:
        words = f"{config.strategy} is no longer known, so this config cannot be changed."
        raise ValidationError({"strategy": words})
    for name, value in settings.items():
        setattr(config, name, _merged(config, value) if name == "parameters" else value)


def _merged(config: StrategyConfig, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The kept settings the strategy still has, and the chosen ones, known or not."""
    known = {item.name for item in describe(STRATEGIES[config.strategy])}
    kept = {name: value for name, value in config.parameters.items() if name in known}
    return {**kept, **chosen}


def _saved(version: ConfigVersion, before: ConfigVersion | None) -> Saved[ConfigVersion]:
    is_new = before is None or before.number != version.number
    return Saved(version, tuple(version.changes.split("; ")) if is_new else ())
