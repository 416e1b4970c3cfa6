"""The demo's week, by the desk's own defaults: lively, refused now and then, and nothing earned."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from django.conf import settings

from backtests.engine import backtest
from markets.frames import BAR_COLUMNS, bar_index
from markets.mockweek import RECIPES
from markets.sessions import AlwaysOpen
from risk.models import RiskSettings, build_guards
from risk.states import REASONS, Terms
from strategies.levels import LevelRule
from strategies.registry import STRATEGIES

pytestmark = pytest.mark.once
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
WARMUP = 1000  # bars of the week's end, played before it begins
HOURS = 7 * 24


def week(code):
    rows = np.loadtxt(Path(settings.MOCK_DATA_DIR) / f"{code}.csv", delimiter=",", skiprows=1)
    times = MONDAY.timestamp() + 60 * rows[:, 0]
    bid, spread = rows[:, 1:5], rows[:, 5:] * RECIPES[code].pip
    values = np.column_stack([bid, np.zeros(len(bid)), bid + spread])
    around = np.concatenate([times[-WARMUP:] - 3600 * HOURS, times])
    index = bar_index(around.astype(np.int64))
    return pd.DataFrame(
        np.vstack([values[-WARMUP:], values]), index=index, columns=pd.Index(BAR_COLUMNS)
    )


def played(code, strategy):
    recipe = RECIPES[code]
    target = None if strategy.trails else 4.5
    terms = Terms(
        symbol=code,
        pip=recipe.pip,
        digits=recipe.digits,
        bar_length=timedelta(minutes=1),
        rule=LevelRule(sl_mode="atrx", sl_value=3.0, tp_mode="atrx", tp_value=target),
        expiry_minutes=120,
        calendar=AlwaysOpen(),
        trails=strategy.trails,
    )
    guards = build_guards(RiskSettings().snapshot()["guards"])
    return backtest(week(code), strategy=strategy, terms=terms, guards=guards, start=MONDAY)


@pytest.fixture(scope="module")
def tested():
    return {
        (slug, code): played(code, cls()) for slug, cls in STRATEGIES.items() for code in RECIPES
    }


@pytest.mark.parametrize("slug", STRATEGIES)
def test_each_strategy_loses_about_its_spread_on_what_the_desk_sends(tested, slug):
    trades = [tested[slug, code].trades for code in RECIPES]

    results = np.concatenate([each.r[each.is_taken] for each in trades])

    assert len(results) > 150
    assert -0.35 < results.mean() < 0.1


def messages(slug, trades):
    """Times of the entries sent and of the FLATs that end them."""
    told = ["flat", "trailing_stop", "sl"] if STRATEGIES[slug].trails else ["flat"]
    sent = trades.where(trades.refused == 0)
    is_told = np.isin(sent.reason, [REASONS.index(reason) for reason in told])
    return [sent.decided_at, sent.closed_at[is_told]]


def test_the_desk_sends_a_few_messages_an_hour_and_never_a_flood(tested):
    times = [time for (slug, _), one in tested.items() for time in messages(slug, one.trades)]

    _, by_hour = np.unique(np.concatenate(times).astype("M8[h]"), return_counts=True)

    assert 2 < by_hour.sum() / HOURS < 8
    assert by_hour.max() <= 30


@pytest.mark.parametrize("guard", ["spread", "stale_feed", "volatility"])
def test_each_guard_refuses_something_each_day(tested, guard):
    days = set()
    for each in tested.values():
        refused = each.trades.refused >> each.guards.index(guard) & 1 == 1
        days |= set(each.trades.decided_at[refused].astype("M8[D]"))

    assert len(days) == 7
