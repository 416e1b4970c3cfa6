"""A small desk on pushed candles: waves slow enough for EMA crosses, calm enough for the guards."""

import math
from datetime import datetime, timedelta

from markets.models import Candle, Symbol
from signals.engine import tick
from signals.models import Signal, Tick
from tests.builders import NOON, make_candles, make_config, make_symbol

START = NOON - timedelta(hours=10)
FIRST_DECISION = 323  # row of the wave at which ema_rsi sells


def wave(count: int) -> list[float]:
    """Closes around 1.1000 that swing ten pips in about 94 minutes."""
    return [round(1.1 + 0.0010 * math.sin(n / 15), 5) for n in range(count)]


def make_desk(code: str = "EURUSD", **config: object) -> Symbol:
    """A pushed symbol that runs ema_rsi."""
    symbol = make_symbol(code, feed="push")
    make_config(symbol, **config)
    return symbol


def pushed(symbol: Symbol, minutes: int) -> datetime:
    """Store the wave up to `minutes`, and give the time three seconds after its last bar."""
    stored = Candle.objects.filter(symbol=symbol).count()
    make_candles(symbol, start=START + timedelta(minutes=stored), closes=wave(minutes)[stored:])
    return START + timedelta(minutes=minutes, seconds=3)


def tick_each_minute(symbol: Symbol, first: int, last: int) -> Tick:
    """Tick once after each of the minutes `first` to `last`, as the scheduler does."""
    for minute in range(first, last + 1):
        beat = tick(now=pushed(symbol, minute))
    return beat


def first_signal(symbol: Symbol) -> Signal:
    """Tick minute by minute until something is recorded."""
    for minute in range(FIRST_DECISION - 1, 500):
        tick(now=pushed(symbol, minute))
        if signal := Signal.objects.filter(symbol=symbol, late=False).first():
            return signal
    raise AssertionError("the wave never made a signal")


def decided() -> list[tuple[datetime, str, str]]:
    """What was recorded, oldest first."""
    rows = Signal.objects.order_by("bar_time", "strategy")
    return [(row.bar_time, row.action, row.price_text) for row in rows]
