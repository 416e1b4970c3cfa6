"""What a sweep starts from: the plan of a former run, or what a config runs now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Min
from django.http import QueryDict

from backtests.models import Backtest
from markets.frames import Timeframe
from markets.models import Candle
from strategies.models import StrategyConfig
from strategies.registry import STRATEGIES

USUAL = timedelta(days=90)  # before the newest candle


@dataclass(frozen=True)
class Base:
    """Values as backtests.asking reads them, and where they are from."""

    said: str
    values: dict[str, Any]
    query: str  # names the base again

    @property
    def strategy(self) -> str:
        return str(self.values["strategy"])


def base_of(asked: QueryDict) -> Base | None:
    """The base `asked` names (?backtest=7, ?config=3); None for none, and for what is not there."""
    run, config = _number(asked.get("backtest", "")), _number(asked.get("config", ""))
    if run and (found := Backtest.objects.filter(pk=run).first()):
        return Base(f"Backtest {run}", dict(found.plan), f"backtest={run}")
    if config and (kept := StrategyConfig.objects.select_related("symbol").filter(pk=config)):
        return _of_config(kept[0]) if kept[0].strategy in STRATEGIES else None
    return None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _of_config(config: StrategyConfig) -> Base:
    """What the config runs now, over the last of the candles its symbol has."""
    feed, start, end = _span(config)
    target = config.tp_value
    values = {
        "symbols": [config.symbol.code],
        "feed": feed,
        "timeframe": str(config.timeframe),
        "start": start.isoformat() if start else "",
        "end": end.isoformat() if end else "",
        "strategy": config.strategy,
        "parameters": dict(config.parameters),
        "sl_mode": config.sl_mode,
        "sl_value": float(config.sl_value),
        "tp_mode": config.tp_mode,
        "tp_value": None if target is None else float(target),
        "min_confidence": config.min_confidence,
        "expiry_bars": config.expiry_bars,
        "guards": "desk",
    }
    return Base(str(config), values, f"config={config.pk}")


def _span(config: StrategyConfig) -> tuple[str, datetime | None, datetime | None]:
    """Feed and period: imported candles where there are some, else those of the symbol's feed."""
    for feed in ("stored", config.symbol.feed):
        rows = Candle.objects.filter(symbol=config.symbol, feed=feed, timeframe=Timeframe.M1)
        kept = rows.aggregate(first=Min("time"), last=Max("time"))
        if kept["last"]:
            end = kept["last"] + timedelta(minutes=1)
            return feed, max(kept["first"], end - USUAL), end
    return config.symbol.feed, None, None
