"""A backtest finds what the desk found: held, trade by trade, to a rehearsal by the live engine."""

import numpy as np
import pandas as pd
import pytest
from django.db import connection

from backtests.asking import parse_plan
from backtests.running import test as run_backtest
from signals.models import Run
from strategies.registry import STRATEGIES
from tests.dashboard.sides import backtest_flats, backtest_trades, desk_trades, differences
from tests.signals.test_rehearsal import import_month, real_minutes, rehearse

START = "2012-02-01"
# Every database stores and reads the same bars, so one of them is enough for the whole month
END = "2012-03-02" if connection.vendor == "sqlite" else "2012-02-04"


def rehearsed(strategy: str) -> pd.DataFrame:
    """The trades of a rehearsal by the desk."""
    rehearse("--symbol", "GBPUSD", "--from", START, "--to", END, "--strategy", strategy)
    return desk_trades(Run.objects.latest("pk").tracks.get())


def backtested(strategy: str, guards: str) -> pd.DataFrame:
    """The trades of a backtest over the same bars with the same settings."""
    tp = {"tp_value": None} if STRATEGIES[strategy].trails else {}
    asked = {"symbols": ["GBPUSD"], "feed": "stored", "start": START, "end": END}
    return backtest_trades(
        run_backtest(parse_plan({**asked, "strategy": strategy, "guards": guards, **tp}))
    )


@real_minutes
@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_month_backtested_is_the_month_rehearsed_trade_by_trade(strategy):
    import_month()

    desk, found = rehearsed(strategy), backtested(strategy, "desk")

    pd.testing.assert_frame_equal(
        found, desk, check_dtype=False, check_exact=True, check_names=False
    )
    assert len(desk) > 50


def test_whatever_differs_between_the_two_sides_is_told():
    trades = pd.DataFrame({"price": [1.1, 1.2, float("nan")], "reason": ["tp", "sl", "tp"]})
    other = trades.assign(price=[1.1, 1.2 + 1e-15, float("nan")], reason=["tp", "sl", "flat"])

    assert differences(trades, trades.copy()) == []
    assert [told.split()[:2] for told in differences(trades, other)] == [
        ["1:", "price"],
        ["2:", "reason"],
    ]
    assert differences(trades, trades.drop(index=1)) == ["1: one side only"]


def test_a_flat_is_told_on_the_bar_before_the_fill_or_on_that_of_the_stop():
    opens = np.array([0, 60, 120, 300, 360])
    names = ["decided_at", "refused", "reason", "closed_at", "is_gap"]
    rows = [
        (0, "", "flat", 300, False),
        (60, "", "sl", 180, False),
        (120, "", "trailing_stop", 300, True),
        (300, "", "sl", 360, True),
        (360, "spread", "flat", 360, False),
        (420, "", "tp", 360, False),
    ]
    trades = pd.DataFrame(rows, columns=names).set_index("decided_at")

    assert backtest_flats(trades, opens, 60, trails=False) == {(120, 0)}
    assert backtest_flats(trades.drop(index=[120, 300, 360]), opens, 60, trails=True) == {
        (120, 0),
        (120, 60),
    }
    assert (300, 120) not in backtest_flats(trades, opens, 60, trails=True)  # 300 has an entry
