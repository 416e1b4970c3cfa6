"""Small random markets for the walk and the fold: a coarse grid, so that every price meets others.

Prices lie on a few ticks round 1.1, so stops, targets, gaps and ties happen all the time.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from markets.frames import BAR_COLUMNS, bar_index
from markets.sessions import AlwaysOpen, ForexWeek
from risk.guards.market_closed import MarketClosedGuard
from risk.guards.spread import SpreadGuard
from risk.guards.stale_feed import StaleFeedGuard
from risk.guards.volatility import VolatilityGuard
from risk.states import Terms
from strategies.base import DECISION_COLUMNS
from strategies.levels import LevelRule

FRIDAY = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)  # the market closes at 22:00
TICK = 0.00001

guards = st.lists(
    st.sampled_from(
        [
            MarketClosedGuard(),
            SpreadGuard(min_stop_to_spread=3.0),
            SpreadGuard(min_stop_to_spread=1.5),
            StaleFeedGuard(max_hole_minutes=6, settle_minutes=5),
            VolatilityGuard(max_atr_pct=0.002),
        ]
    ),
    max_size=4,
    unique_by=lambda guard: guard.slug,
)
rules = st.sampled_from(
    [
        LevelRule(sl_mode="pips", sl_value=0.3, tp_mode="pips", tp_value=0.5),
        LevelRule(sl_mode="atrx", sl_value=1.5, tp_mode="atrx", tp_value=2.5),
        LevelRule(sl_mode="atrx", sl_value=1.0, tp_mode="pips", tp_value=None),
    ]
)
terms = st.builds(
    Terms,
    symbol=st.just("EURUSD"),
    pip=st.just(0.0001),
    digits=st.just(5),
    bar_length=st.sampled_from([timedelta(minutes=1), timedelta(minutes=5)]),
    rule=rules,
    expiry_minutes=st.integers(1, 40),
    calendar=st.sampled_from([AlwaysOpen(), ForexWeek()]),
    min_confidence=st.sampled_from([0.0, 0.5]),
    trails=st.booleans(),
)


@st.composite
def tapes(draw: Any, terms: Terms) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Bars with holes and a weekend, and decisions at random: entries, exits, nothing known."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = draw(st.integers(1, 120))
    steps = random.choice([1, 1, 1, 1, 1, 1, 1, 2, 5, 7, 12, 3000], size=count)
    minutes = np.cumsum(steps) * int(terms.bar_length.total_seconds()) // 60
    index = bar_index(int(FRIDAY.timestamp()) + 60 * minutes)
    return _bars(random, index), _decisions(random, index)


def _bars(random: np.random.Generator, index: pd.DatetimeIndex) -> pd.DataFrame:
    count = len(index)
    close = 110_000 + np.cumsum(random.integers(-2, 3, count))
    opened = close + random.integers(-3, 4, count)
    high = np.maximum(opened, close) + random.integers(0, 4, count)
    low = np.minimum(opened, close) - random.integers(0, 4, count)
    bid = np.array([opened, high, low, close])
    ask = bid + random.integers(-1, 4, count)  # a crossed quote now and then
    fine = random.choice([0.0, 0.5], size=(8, count), p=[0.9, 0.1])  # half a tick, as some feeds do
    prices = np.vstack([bid, ask]) + fine
    columns = [*prices[:4], np.zeros(count), *prices[4:]]
    return pd.DataFrame(np.array(columns).T * TICK, index, BAR_COLUMNS).assign(volume=0.0)


def _decisions(random: np.random.Generator, index: pd.DatetimeIndex) -> pd.DataFrame:
    count = len(index)
    flags = random.random((4, count)) < np.array([[0.2], [0.2], [0.1], [0.1]])
    numbers = [random.choice([np.nan, 0.3, 0.7], count), _atr(random, count), _atr(random, count)]
    columns = dict(zip(DECISION_COLUMNS, [*flags, *numbers], strict=True))
    return pd.DataFrame(columns, index=index)


def _atr(random: np.random.Generator, count: int) -> np.ndarray:
    return random.choice([np.nan, 0.000001, 0.00002, 0.00003, 0.000031], count)
