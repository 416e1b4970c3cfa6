"""Backtests that are done, on stored minutes and by the way every run goes."""

from datetime import datetime
from typing import Any

from backtests.models import Backtest
from backtests.running import test as tested
from backtests.runs import claim, finish, queue_backtest
from tests.backtests.stored import plan
from tests.builders import NOON

BUSY = {"fast": 3, "slow": 8, "rsi_period": 5}  # decides often


def make_done(*, by: str = "olga", now: datetime = NOON, **asked: Any) -> Backtest:
    """A run of `asked` over two days of EURUSD, settings that decide often."""
    asked = {"parameters": BUSY, "sl_value": 1.5, "tp_value": 2, **asked}
    queue_backtest(plan(**asked), by=by, now=now)
    [run] = claim(1, worker="w", now=now)
    assert finish(run, tested(run.asked()), now=now)
    return Backtest.objects.select_related("result").get(pk=run.pk)
