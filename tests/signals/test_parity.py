"""Live at any pace, or folded from the whole history at once: the same decisions."""

import random
from datetime import datetime, timedelta

import pytest

from markets.frames import Timeframe
from markets.history import bars_after
from markets.models import Symbol
from risk.guards.base import Book
from risk.models import build_guards
from risk.positions import fold
from risk.states import Signalled, State
from risk.tape import tape
from signals.engine import tick
from signals.evaluation import terms_of
from signals.models import Signal
from strategies.models import StrategyConfig
from strategies.registry import STRATEGIES
from tests.builders import make_candles, make_config, make_symbol

pytestmark = pytest.mark.django_db

START = datetime.fromisoformat("2026-11-16T00:00:00+00:00")  # a Monday


def walk(count: int, seed: int) -> list[float]:
    """Closes that drift up and down for hours, as trends and ranges do."""
    chance, price, drift, closes = random.Random(seed), 1.1, 0.0, []
    for minute in range(count):
        if minute % 90 == 0:
            drift = chance.choice((-1, 0, 1)) * 0.00003
        price += drift + chance.gauss(0, 0.00008)
        closes.append(round(price, 5))
    return closes


def decided() -> list[tuple]:
    rows = Signal.objects.order_by("bar_time")
    return [(row.bar_time, row.action, row.price, row.sl, row.tp, row.blocked_by) for row in rows]


def from_whole_history(symbol: Symbol) -> list[tuple]:
    """The strategy's columns over all bars, folded in one go, without a database in between."""
    version = StrategyConfig.objects.get().current_version
    strategy, timeframe = version.build(), version.timeframe
    bars = bars_after(symbol, feed="push", timeframe=timeframe, after=None, warmup=0, limit=100_000)
    terms = terms_of(version, strategy, feed="push")
    state, found, guards = State(), [], build_guards({})
    rows = tape(bars, strategy.decisions(bars), bar_length=timeframe.delta, start=0)
    for bar, decision in rows:
        state, happened = fold(state, bar, decision, terms=terms, guards=guards, book=Book())
        for made in happened:
            if isinstance(made, Signalled):
                blocked = [refusal.guard for refusal in made.refusals]
                found.append((bar.time, made.action, made.price, made.sl, made.tp, blocked))
    return found


@pytest.mark.parametrize("timeframe", [Timeframe.M1, Timeframe.M5])
@pytest.mark.parametrize("slug", STRATEGIES)
def test_ticks_at_any_pace_decide_what_the_whole_history_decides(slug, timeframe):
    minutes = 650 * timeframe.minutes + 200
    symbol = make_symbol(feed="push")
    make_config(symbol, slug, timeframe=timeframe)
    closes, chance, at = walk(minutes, seed=3), random.Random(5), 0
    while at < minutes:
        begun, at = at, min(at + chance.choice((1, 2, 7, 60, 400)), minutes)
        begins = START + timedelta(minutes=begun)
        make_candles(symbol, start=begins, closes=closes[begun:at], ask_shift=0.00005)
        tick(now=START + timedelta(minutes=at, seconds=3))

    whole = from_whole_history(symbol)

    assert len(whole) >= 2
    assert decided() == whole
