"""Stored minutes to test on, and plans over them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from backtests.asking import parse_plan
from backtests.models import Backtest, BacktestResult, State
from backtests.plan import Plan
from backtests.trades import Trades
from markets.models import Candle, Symbol
from tests.builders import NOON, make_symbol
from tests.strategies.frames import random_bars

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def store_minutes(
    code: str = "EURUSD", *, count: int = 3_000, seed: int = 7, feed: str = "push"
) -> Symbol:
    """A symbol with a random walk of so many minutes from MONDAY on."""
    symbol = Symbol.objects.filter(code=code).first() or make_symbol(code, feed=feed)
    bars = random_bars(length=count, seed=seed)
    names = [name for name in bars.columns if name != "volume"]
    prices = [dict(zip(names, row, strict=True)) for row in bars[names].to_numpy().tolist()]
    Candle.objects.bulk_create(
        Candle(
            symbol=symbol,
            feed=feed,
            time=MONDAY + timedelta(minutes=minute),
            observed_at=MONDAY + timedelta(minutes=minute + 1),
            typical_spread=symbol.typical_spread,
            ask_source="feed",
            **values,
        )
        for minute, values in enumerate(prices)
    )
    return symbol


def asked(**values: Any) -> dict[str, Any]:
    """What somebody sends for two days of EURUSD."""
    sent = {"symbols": ["EURUSD"], "start": "2026-03-02", "end": "2026-03-04"}
    return {**sent, "strategy": "ema_rsi", "feed": "push", **values}


def plan(**values: Any) -> Plan:
    """The plan of `asked`, without guards unless some are named."""
    return parse_plan(asked(**{"guards": "none", **values}))


def make_backtest(state: str = "done", **values: Any) -> Backtest:
    """A run of EURUSD over two days, with an empty result when it is done; no candles needed."""
    asked = Plan(
        symbols=("EURUSD",),
        feed="push",
        start=MONDAY,
        end=MONDAY + timedelta(days=2),
        strategy="ema_rsi",
    )
    facts = {"plan": asked.as_json(), "is_demo": False, "bars_total": 2_880}
    facts |= {"created_at": NOON, "created_by": "olga"}
    run = Backtest.objects.create(**{**facts, "state": state, **values})
    if state == State.DONE:
        packed = Trades.none().to_bytes()
        BacktestResult.objects.create(backtest=run, packed=packed, guards=[], left_out=[], bars=[])
    return run
