"""The settings a sweep chose, run silently beside the live ones: one shadow config a symbol."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from audit.log import log_event
from backtests.models import Sweep
from backtests.plan import Plan
from dashboard.strategies.words import differences
from markets.models import Symbol
from strategies.changing import Saved, change_config
from strategies.models import ConfigVersion, Mode, StrategyConfig
from strategies.parameters import build
from strategies.registry import STRATEGIES
from strategies.versions import new_config, save_config


@dataclass(frozen=True)
class Step:
    """What happens to one symbol."""

    symbol: Symbol
    config: StrategyConfig | None  # the shadow that is there already; None: a new one
    changed: tuple[str, ...]  # of that one, in words


def chosen_plan(sweep: Sweep) -> Plan | None:
    """The plan with the settings the verdict chose; None where it chose none."""
    choice = (sweep.verdict or {}).get("choice", {})
    if choice.get("number") is None:
        return None
    return Plan.of_json(sweep.plan).with_parameters(choice["settings"])


def steps(plan: Plan) -> Iterator[Step]:
    """What running `plan` in shadow would do, symbol by symbol."""
    for symbol in Symbol.objects.filter(code__in=plan.symbols):
        config = _shadow_of(plan, symbol)
        if config is None:
            yield Step(symbol, None, ())
            continue
        before = config.current_version.snapshot
        for name, value in _settings(plan).items():
            setattr(config, name, value)
        found = differences(before, config.snapshot())
        yield Step(symbol, config, tuple(each.text for each in found))


@transaction.atomic
def run_in_shadow(sweep: Sweep, plan: Plan, *, by: str, now: datetime) -> list[ConfigVersion]:
    """The versions now in force; ValidationError and nothing stored where one cannot be saved."""
    made = [_start(plan, step, by=by, now=now) for step in steps(plan)]
    log_event(
        "sweep.shadowed",
        at=now,
        actor=by,
        subject=f"sweep:{sweep.pk}",
        text=f"{sweep}: its choice runs in shadow as {', '.join(str(each) for each in made)}",
        payload={"configs": [each.config_id for each in made], "plan": plan.as_json()},
    )
    return made


def _start(plan: Plan, step: Step, *, by: str, now: datetime) -> ConfigVersion:
    if step.config is not None:
        saved: Saved[ConfigVersion] = change_config(step.config, _settings(plan), by=by, now=now)
        return saved.version
    config = new_config(step.symbol, plan.strategy, timeframe=str(plan.timeframe), mode=Mode.SHADOW)
    for name, value in _settings(plan).items():
        setattr(config, name, value)
    return save_config(config, by=by, now=now)


def _shadow_of(plan: Plan, symbol: Symbol) -> StrategyConfig | None:
    place = {"symbol": symbol, "strategy": plan.strategy, "timeframe": str(plan.timeframe)}
    return StrategyConfig.objects.filter(mode=Mode.SHADOW, **place).first()


def _settings(plan: Plan) -> dict[str, Any]:
    """The plan as fields of a config; settings left out of it have the strategy's defaults."""
    strategy = build(STRATEGIES[plan.strategy], plan.parameters)
    return {
        "parameters": {name: getattr(strategy, name) for name in vars(strategy)},
        "sl_mode": plan.sl_mode,
        "sl_value": _two(plan.sl_value),
        "tp_mode": plan.tp_mode,
        "tp_value": None if plan.tp_value is None else _two(plan.tp_value),
        "min_confidence": plan.min_confidence,
        "expiry_bars": plan.expiry_bars,
        "is_enabled": True,
    }


def _two(value: float) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))
