"""A naive rule on a real month, folded: what it gives when it has to trade, and on bid alone.

GBPUSD, February 2012. EMA 10/20 (alpha 2/(n+1), seeded with the first close): fast >= slow is long,
from bar 20 on; a flip is an entry, and so is the side bar 20 begins with: 1,492 in all. SL 1.0 and
TP 1.5 times ATR 14 (Wilder) of the bid from the close. Each entry is judged on its own, until its
stop or target: no flip and no expiry ends it, so entries overlap.

Levels are not rounded to the symbol's digits: ATR is 22 ticks at the median, where rounding to a
tick moves levels by two percent. The last test tells what a symbol with its five digits gives.
"At its levels" counts 1.5 R and -1 R. "As filled" is the fold's own R: lower, because a stop that
lies inside a widened spread is filled at the open beyond it.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from markets.sessions import ForexWeek
from risk.guards.base import Book
from risk.outcomes import outcome
from risk.positions import fold
from risk.states import Bar, Closed, Decision, State, Terms
from risk.statistics import Figures, Sample, figures
from strategies.indicators import atr
from strategies.levels import LevelRule
from tests.risk.drawn import QUIET, terms

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SIDES = {side: DATA / f"fxcm_gbpusd_m1_{side}_2012.csv.gz" for side in ("bid", "ask")}
PRICES = ["open", "high", "low", "close"]
UNROUNDED, FIVE = 9, 5  # digits

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not SIDES["bid"].exists(), reason=f"no real minutes in {DATA}"),
]


@cache
def quotes(side: str) -> pd.DataFrame:
    rows = pd.read_csv(SIDES[side])
    return rows.set_index(pd.to_datetime(rows["timestamp"], utc=True))[PRICES]


@cache
def entries() -> list[tuple[int, Decision]]:
    """The row of each entry, and what the rule says there."""
    high, low, close = (quotes("bid")[name] for name in ("high", "low", "close"))
    fast, slow = (close.ewm(span=span, adjust=False).mean() for span in (10, 20))
    is_long = (fast >= slow).to_numpy()
    ranges = atr(high.to_numpy(), low.to_numpy(), close.to_numpy(), 14)
    flips = np.flatnonzero(is_long[1:] != is_long[:-1]) + 1
    return [
        (row, Decision(buy=bool(is_long[row]), sell=not is_long[row], atr=float(ranges[row])))
        for row in [20, *flips[flips > 20].tolist()]
    ]


def bars(ask: str) -> list[Bar]:
    sides = np.hstack([quotes("bid").to_numpy(), quotes(ask).to_numpy()]).tolist()
    times = quotes("bid").index.to_pydatetime()
    minute = timedelta(minutes=1)
    return [Bar(time, time + minute, *row) for time, row in zip(times, sides, strict=True)]


def of_gbpusd(digits: int) -> Terms:
    rule = LevelRule(sl_mode="atrx", sl_value=1.0, tp_mode="atrx", tp_value=1.5)
    return terms(
        symbol="GBPUSD", digits=digits, rule=rule, expiry_minutes=100_000, calendar=ForexWeek()
    )


@cache
def ended(ask: str, digits: int = UNROUNDED) -> list[Closed]:
    """How each entry ends when the ask is that of the file `ask`."""
    month, gbpusd = bars(ask), of_gbpusd(digits)
    return [next(_endings(month, row, decision, gbpusd)) for row, decision in entries()]


def _endings(month: list[Bar], row: int, decision: Decision, gbpusd: Terms) -> Iterator[Closed]:
    state = State()
    for bar in islice(month, row, None):
        state, happened = fold(state, bar, decision, terms=gbpusd, guards=(), book=Book())
        yield from (event for event in happened if isinstance(event, Closed))
        decision = QUIET


def as_filled(ask: str, digits: int = UNROUNDED) -> Figures:
    results = [(closed.at, outcome(closed, pip=0.0001)) for closed in ended(ask, digits)]
    return figures(
        Sample.of(
            (at, told.r_multiple, told.pips, told.return_pct, told.r_optimistic)
            for at, told in results
        )
    )


def at_its_levels(targets: int) -> float:
    """Mean R when `targets` entries won 1.5 R and the others lost 1 R."""
    return (1.5 * targets - (len(entries()) - targets)) / len(entries())


def targets(ask: str, digits: int = UNROUNDED) -> int:
    return sum(closed.reason == "tp" for closed in ended(ask, digits))


def ties(ask: str) -> int:
    return sum(closed.optimistic_price is not None for closed in ended(ask))


def test_the_rule_enters_1492_times_and_every_entry_ends_at_a_level():
    assert len(entries()) == 1492
    assert {closed.reason for closed in ended("ask")} == {"sl", "tp"}


def test_on_the_tradable_sides_it_wins_23_percent_and_loses_0_42_r():
    told = as_filled("ask")

    assert targets("ask") == told.wins == 346  # 23.2 %
    assert at_its_levels(346) == pytest.approx(-0.4202, abs=5e-5)
    assert told.expectancy_r == pytest.approx(-0.4548, abs=5e-5)


def test_on_bid_alone_it_seems_to_win_37_percent_and_lose_0_07_r():
    told = as_filled("bid")

    assert targets("bid") == told.wins == 550  # 36.9 %
    assert told.expectancy_r == pytest.approx(at_its_levels(550), abs=1e-3)  # -0.0784: no gaps
    hopeful = 550 + ties("bid")
    assert hopeful == 555  # 37.2 %: with each tie read as a win
    assert at_its_levels(hopeful) == pytest.approx(-0.0700, abs=5e-5)


def test_the_spread_alone_makes_the_difference():
    bid, ask = as_filled("bid"), as_filled("ask")

    assert ask.win_rate_interval.high < bid.win_rate_interval.low
    assert ask.expectancy_interval.high < bid.expectancy_interval.low < bid.expectancy_r < 0


def test_levels_on_the_grid_of_five_digits_give_the_same_picture():
    told = as_filled("ask", FIVE)

    assert (told.n, told.wins) == (1492, 337)  # 22.6 %
    assert told.expectancy_r == pytest.approx(-0.4696, abs=5e-5)
