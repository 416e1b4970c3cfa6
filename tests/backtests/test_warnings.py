"""When a backtest may be luck: said where it is so, and only there."""

from datetime import UTC, datetime

import numpy as np
import pytest

from backtests.plan import Costs, Plan
from backtests.report.histogram import histogram
from backtests.report.reading import Reading
from backtests.report.warnings import warnings
from backtests.results import taken
from backtests.trades import Trades
from risk.statistics import figures

JANUARY = np.datetime64("2017-01-02T10:00:00")
PLAN = Plan(
    symbols=("EURUSD",),
    feed="stored",
    start=datetime(2017, 1, 1, tzinfo=UTC),
    end=datetime(2017, 7, 1, tzinfo=UTC),
    strategy="ema_rsi",
)


def trades(results, *, hours=24, **columns):
    """One trade every so many hours, each closed an hour after its decision."""
    count = len(results)
    at = JANUARY + np.arange(count) * np.timedelta64(hours, "h")
    usual = {
        **{name: np.zeros(count) for name in ("symbol", "reason", "is_gap", "refused", "cost_r")},
        **{name: np.full(count, np.nan) for name in ("tp", "confidence", "r_optimistic")},
        **{name: np.ones(count) for name in ("price", "sl", "entry_price", "exit_price", "side")},
        **{name: np.zeros(count) for name in ("pips", "return_pct", "mfe_pips", "mae_pips")},
        **{"decided_at": at, "entered_at": at, "closed_at": at + np.timedelta64(1, "h")},
    }
    return Trades.of({**usual, "r": np.array(results, dtype=float), **columns})


def doubts(found, *, plan=PLAN, **of):
    told = warnings(found, plan, figures(taken(found)), **of)
    return {warned.slug: warned.text for warned in told}


STEADY = [1.5, -1.0, 1.5, 1.5, -1.0] * 24  # half an R a trade, over four months


def test_a_steady_edge_over_months_is_not_doubted():
    assert doubts(trades(STEADY)) == {}


@pytest.mark.parametrize(
    ("found", "slug", "words"),
    [
        (trades(STEADY[:29]), "few", "Only 29 results: below 30"),
        (trades([1.0, -1.0] * 60), "zero", "includes zero"),
        (trades(STEADY, hours=1), "short", "trading days"),
        (trades([*STEADY, 100.0]), "trade", "One trade of +100.00 R"),
        (trades([1.0] * 29 + [0.01] * 91), "month", "2017-01 brought +29.01 R of +29.91 R"),
        (trades([0.1] * 120, cost_r=np.full(120, 0.2)), "costs", "take -24.00 R of +36.00 R"),
        (trades([*STEADY, float("nan")]), "gaps", "1 trade ended in missing minutes"),
    ],
)
def test_what_speaks_against_the_figures_is_said(found, slug, words):
    assert words in doubts(found)[slug]


def test_ties_that_decide_whether_anything_was_won_are_said():
    tied = np.array([1.5] * 20 + [np.nan] * 20)

    told = doubts(trades([-1.0] * 20 + [0.5] * 20, r_optimistic=tied))

    assert "Counted as stopped the sum is -10.00 R" in told["ties"]
    assert "+40.00 R" in told["ties"]


def test_demo_prices_a_missing_spread_and_many_trials_are_said():
    plan = Plan(**{**vars(PLAN), "costs": Costs(spread_pips=0.0)})

    told = doubts(trades(STEADY), plan=plan, is_demo=True, trials=200)

    assert list(told) == ["demo", "free", "trials"]
    assert "One of 200 trials" in told["trials"]


def test_the_histogram_has_each_result_once_and_zero_between_two_bars():
    found = trades([-1.0, -1.0, -0.3, 0.0, 0.2, 2.5])

    drawn = histogram(taken(found))

    assert sum(bar.count for bar in drawn.bars) == 6
    assert [bar.count for bar in drawn.bars if bar.low == 0.0] == [1]
    assert all(bar.high <= 0 or bar.low >= 0 for bar in drawn.bars)


def test_a_guard_is_told_with_what_it_refused_and_what_that_would_have_come_to():
    found = trades([1.0, -1.0, -2.0], refused=np.array([0, 1, 3]))
    reading = Reading(
        plan=PLAN,
        trades=found,
        guards=("volatility", "spread"),
        left_out=(),
        bars=[{"open_at_end": 2}],
        is_demo=False,
    )

    effects = {effect.guard: (effect.blocked, effect.saved_r) for effect in reading.effects}

    assert effects == {"volatility": (2, 3.0), "spread": (1, 2.0)}
    assert reading.figures.n == 1 and reading.others == "2 open at the end, 2 blocked"
