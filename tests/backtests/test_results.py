"""Figures of trades, and the account that takes them."""

import numpy as np
import pytest

from backtests.results import MOST_MONEY, money, summary, taken
from backtests.trades import Trades
from tests.backtests.stored import MONDAY

DAY = np.datetime64(int(MONDAY.timestamp()), "s")


def trades(r, *, refused=None, hours=None):
    """Trades with these R; each decided an hour after the other, closed at `hours`."""
    count = len(r)
    decided = DAY + np.arange(count) * np.timedelta64(3600, "s")
    closed = DAY + np.array(hours or range(1, count + 1)) * np.timedelta64(3600, "s")
    columns = {each: np.zeros(count) for each in Trades.__dataclass_fields__}
    columns |= {"decided_at": decided, "entered_at": decided, "closed_at": closed}
    columns |= {"r": np.array(r), "refused": np.array(refused or [0] * count)}
    return Trades.of(columns)


class Asked:
    capital, risk_pct = 1_000.0, 10.0


def test_only_trades_no_guard_refused_and_with_a_result_are_counted_in_order_of_closing():
    found = trades([1.0, -1.0, 5.0, np.nan], refused=[0, 0, 4, 0], hours=[9, 2, 3, 4])

    sample = taken(found)
    told = summary(found, Asked)

    assert sample.r.tolist() == [-1.0, 1.0]
    assert (told["n"], told["r_sum"], told["refused"], told["undecided"]) == (2, 0.0, 1, 1)


def test_an_account_risks_the_same_share_of_what_is_there():
    account = money(taken(trades([1.0, -1.0, 2.0])), capital=1_000, risk_pct=10)

    assert account.balance.tolist() == pytest.approx([1_100, 990, 1_188])
    assert account.drawdown_pct.tolist() == pytest.approx([0, -10, 0])
    assert account.net_pct == pytest.approx(18.8)


def test_an_account_that_lost_everything_stays_at_zero():
    account = money(taken(trades([-11.0, 3.0])), capital=1_000, risk_pct=10)

    assert account.balance.tolist() == [0, 0]
    assert account.net_pct == -100


@pytest.mark.parametrize("last", [1.5, -0.5, -1.0])
def test_an_account_beyond_all_numbers_stays_at_the_most_there_is(last):
    found = trades([1.5] * 2_000 + [last])
    account = money(taken(found), capital=1e12, risk_pct=100)

    assert account.balance[[0, -1]].tolist() == [2.5e12, MOST_MONEY]
    assert (np.diff(account.balance) >= 0).all()
    assert (account.drawdown_pct == 0).all()
    assert account.net_pct == pytest.approx(1e8)


def test_without_a_trade_nothing_is_known():
    told = summary(Trades.none(), Asked)

    assert told["n"] == 0
    assert {told[name] for name in ("net_pct", "max_drawdown_pct", "win_rate")} == {None}
