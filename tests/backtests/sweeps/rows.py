"""Sweeps with trials that have ended, as rows, for tests."""

from datetime import timedelta

import numpy as np

from backtests.models import Backtest, BacktestResult, Sweep
from backtests.plan import Plan
from backtests.sweeps.closing import close_if_done
from tests.backtests.sweeps.trading import MONDAY, trades
from tests.builders import NOON

DAYS = 40
PLAN = Plan(
    symbols=("EURUSD",),
    feed="mock",
    start=MONDAY,
    end=MONDAY + timedelta(days=DAYS, hours=-3),
    strategy="ema_rsi",
)


def make_sweep(space=None, *, trials=3, state="running", plan=PLAN, **values):
    """A sweep without its trials."""
    defaults = {"kind": "grid", "is_demo": True, "created_at": MONDAY, "created_by": "anna"}
    return Sweep.objects.create(
        **{**defaults, "plan": plan.as_json(), "trials": trials, "state": state, "windows": 2},
        space=space or {"fast": "5:7:1"},
        **values,
    )


def make_trial(sweep, number, settings, found=None, *, state="done", edge=0.0):
    """A trial with a result; by default two results a day drawn from its number."""
    plan = Plan.of_json(sweep.plan)
    changed = plan.with_parameters(settings)
    run = Backtest.objects.create(
        sweep=sweep,
        number=number,
        plan=changed.as_json(),
        state=state,
        is_demo=True,
        created_at=MONDAY,
        created_by="anna",
    )
    if state == "done":
        found = drawn(number, edge) if found is None else found
        BacktestResult.objects.create(
            backtest=run, packed=found.to_bytes(), guards=[], left_out=[], bars={}
        )
    return run


def drawn(seed, edge):
    random = np.random.default_rng(seed)
    return trades(*[(24 * d + h, random.normal() + edge) for d in range(DAYS) for h in range(3)])


def judged_sweep(trials=6, *, now=NOON, **values):
    """A sweep over two settings with its verdict."""
    sweep = make_sweep({"fast": "5:10:1", "sl_value": "2, 3"}, trials=trials, **values)
    for number in range(1, trials + 1):
        settings = {"fast": 4 + (number + 1) // 2, "sl_value": 2.0 + number % 2}
        make_trial(sweep, number, settings, edge=0.3 * (number == 3))
    close_if_done(sweep.pk, now=now)
    return sweep
