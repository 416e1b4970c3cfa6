"""Trials tried together, in threads, come out as each does alone."""

from datetime import timedelta

from backtests.engine import backtest
from backtests.plan import Costs
from backtests.sweeps.trying import Trial, try_all
from markets.sessions import AlwaysOpen
from risk.guards.registry import GUARDS
from risk.states import Terms
from strategies.levels import LevelRule
from strategies.registry import STRATEGIES
from tests.strategies.frames import random_bars

BARS = random_bars(length=4_000, seed=11)


def trial(slug, stop, expiry, trails=False, **settings):
    rule = LevelRule(sl_mode="atrx", sl_value=stop, tp_mode="atrx", tp_value=2 * stop)
    terms = Terms(
        symbol="EURUSD",
        pip=0.0001,
        digits=5,
        bar_length=timedelta(minutes=1),
        rule=rule,
        expiry_minutes=expiry,
        calendar=AlwaysOpen(),
        trails=trails,
    )
    strategy = STRATEGIES[slug](**settings)
    guards = [guard() for guard in GUARDS.values()]
    costs = Costs(spread_pips=stop / 4, slippage_pips=0.1)
    return Trial(strategy=strategy, terms=terms, guards=guards, costs=costs)


def test_trials_in_threads_come_out_as_each_does_alone():
    trials = [
        *(trial("ema_rsi", 2.0, 60, fast=fast, slow=slow) for fast in (5, 9) for slow in (20, 26)),
        *(trial("ema_rsi", stop, expiry) for stop in (1.0, 3.0) for expiry in (5, 90)),
        trial("donchian_atr", 2.0, 60, trails=True, supertrend_filter=True),
        trial("meanrev_bb", 2.0, 60),
    ]
    start = BARS.index[1_000].to_pydatetime()

    together = try_all(BARS, trials, told=whole, start=start, threads=3)

    assert together == [whole(alone(each, start)) for each in trials]
    assert len(set(together)) == len(trials)


def alone(trial, start):
    how = {"terms": trial.terms, "guards": trial.guards, "costs": trial.costs}
    return backtest(BARS, strategy=trial.strategy, start=start, **how)


def whole(tested):
    counts = tested.bars, tested.open_at_end, tested.guards, tested.left_out
    return (tested.trades.to_bytes(), *counts)
