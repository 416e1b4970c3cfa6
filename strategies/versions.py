"""Services that change what strategies do; each change is one new version and one event."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from audit.log import log_event
from markets.frames import Timeframe
from markets.models import Symbol
from strategies.models import ConfigVersion, Mode, StrategyConfig
from strategies.parameters import build
from strategies.registry import STRATEGIES, code_hash
from strategies.snapshots import changes


class SavedMeanwhile(Exception):
    """Somebody saved a newer version than the one a change was made from."""


@transaction.atomic
def save_config(
    config: StrategyConfig, *, by: str, now: datetime, expected: int | None = None
) -> ConfigVersion:
    """The current version after saving `config`: a new one only if something changed.

    A change of the deciding code counts as well. Raises ValidationError with nothing stored, and
    SavedMeanwhile when the newest version is not the `expected` one the change was made from.
    """
    lock_place(config.symbol_id)
    config.updated_at = now
    config.full_clean()
    config.parameters = asdict(build(STRATEGIES[config.strategy], config.parameters))
    before = _locked_version(config)
    if expected is not None and (before is None or before.number != expected):
        raise SavedMeanwhile
    after, code = config.snapshot(), code_hash(config.strategy)
    if before and (before.snapshot, before.code_hash) == (after, code):
        return before
    config.save()
    return _add_version(config, before, after, code, by=by, now=now)


def lock_place(symbol_id: int) -> None:
    """Let one change at a time be made to what runs on a symbol: no place is taken twice."""
    Symbol.objects.select_for_update(no_key=True).filter(pk=symbol_id).first()


def _locked_version(config: StrategyConfig) -> ConfigVersion | None:
    """The newest version, its config locked so that two saves get two numbers."""
    if config.pk is None:
        return None
    StrategyConfig.objects.select_for_update().get(pk=config.pk)
    return config.versions.order_by("number").last()


def _add_version(
    config: StrategyConfig,
    before: ConfigVersion | None,
    after: dict[str, Any],
    code: str,
    *,
    by: str,
    now: datetime,
) -> ConfigVersion:
    words = changes(before.snapshot if before else None, after) or ["new code decides"]
    version = ConfigVersion.objects.create(
        config=config,
        number=before.number + 1 if before else 1,
        snapshot=after,
        changes="; ".join(words),
        code_hash=code,
        created_at=now,
        created_by=by,
    )
    log_event(
        "config.changed",
        at=now,
        actor=by,
        subject=f"config:{config.pk}",
        text=f"{config} {version.label}: {version.changes}",
        payload={"before": before.snapshot if before else None, "after": after, "code": code},
    )
    return version


def new_config(
    symbol: Symbol,
    strategy: str,
    *,
    timeframe: str = Timeframe.M1,
    mode: str = Mode.LIVE,
    is_enabled: bool = True,
) -> StrategyConfig:
    """An unsaved config with the first release's defaults.

    Stop 3 ATR; target 4.5 ATR, none for a trailing strategy, whose stop ends the position.
    """
    trails = STRATEGIES[strategy].trails
    return StrategyConfig(
        symbol=symbol,
        strategy=strategy,
        timeframe=timeframe,
        mode=mode,
        is_enabled=is_enabled,
        tp_value=None if trails else Decimal("4.50"),
    )


@transaction.atomic
def ensure_config(symbol: Symbol, strategy: str, *, by: str, now: datetime) -> StrategyConfig:
    """The live M1 config of `strategy` on `symbol`, made with the defaults where there is none.

    An existing one keeps its settings; if the deciding code changed it gets a new version.
    """
    config = StrategyConfig.objects.filter(
        symbol=symbol, strategy=strategy, timeframe=Timeframe.M1, mode=Mode.LIVE
    ).first() or new_config(symbol, strategy)
    save_config(config, by=by, now=now)
    return config


@transaction.atomic
def set_enabled(
    config: StrategyConfig,
    is_enabled: bool,
    *,
    by: str,
    now: datetime,
    expected: int | None = None,
) -> ConfigVersion:
    """The version made by switching `config` on or off; `expected` as in save_config."""
    config.is_enabled = is_enabled
    return save_config(config, by=by, now=now, expected=expected)


@transaction.atomic
def restore_version(
    version: ConfigVersion, *, by: str, now: datetime, expected: int | None = None
) -> ConfigVersion:
    """The version made by giving the config all settings of `version` again.

    History stays as it was: going back to v1 from v3 makes v4, or nothing if v3 says the same.
    `expected` as in save_config.
    """
    config, kept = version.config, version.snapshot
    for name in _RESTORED:
        setattr(config, name, kept[name])
    for name in ("sl_value", "tp_value", "lots_hint"):
        setattr(config, name, None if kept[name] is None else Decimal(kept[name]))
    return save_config(config, by=by, now=now, expected=expected)


_RESTORED = (
    "timeframe",
    "mode",
    "is_enabled",
    "parameters",
    "sl_mode",
    "tp_mode",
    "min_confidence",
    "expiry_bars",
)
