"""What a strategy would have done: closed bars in, trades out, by the code that runs live.

Decisions are the strategy's own columns, positions and exits the fold's, refusals the guards':
nothing is implemented a second time here. Guards that judge the desk's state beside the bars
cannot be asked about the past and are named in `left_out`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from backtests.columns import Entries, Says, entries_of, refused_by, says_of
from backtests.compiled import walker
from backtests.judging import trades_of
from backtests.market import Market, market_of, seconds_of
from backtests.plan import Costs
from backtests.trades import Trades
from backtests.walk import Ends, Place
from risk.core.values import EMPTY, NOBODY, Rules
from risk.guards.base import Guard
from risk.states import Terms
from strategies.base import Strategy

STRETCH = 200_000  # bars walked before progress is told: some milliseconds


@dataclass(frozen=True, kw_only=True)
class Tested:
    """What came of one symbol's bars."""

    trades: Trades  # closed ones, shadows of refused entries among them
    bars: int  # decided on
    open_at_end: int  # positions the last bar left running: counted, not judged
    guards: tuple[str, ...]  # slugs, in the order of the bits of `Trades.refused`
    left_out: tuple[str, ...]  # slugs of guards the bars cannot answer for


def backtest(
    bars: pd.DataFrame,
    *,
    strategy: Strategy,
    terms: Terms,
    guards: Sequence[Guard] = (),
    costs: Costs = Costs(),  # noqa: B008 - frozen
    start: datetime | None = None,
    symbol: int = 0,
    on_bars: Callable[[int], None] = lambda done: None,
    decisions: pd.DataFrame | None = None,
    market: Market | None = None,
) -> Tested:
    """The trades of `strategy` on `bars` (as in markets.frames), decided from `start` on.

    Bars before `start` only warm the indicators up. `symbol` is put into the trades. `on_bars`
    hears how many bars are done, from time to time; what it raises ends the test. `decisions` are
    the strategy's on these bars and `market` their own, where the caller has them already.
    """
    asked = [guard for guard in guards if guard.reads_bars]
    if market is None:
        market = market_of(bars, terms=terms, costs=costs, start=start)
    if decisions is None:
        decisions = strategy.decisions(bars)
    decided = decisions.iloc[market.first :]
    entries, facts = entries_of(decided, market, terms)
    refused = refused_by(asked, facts, len(entries.row))
    ends, open_at_end = _walked(market, says_of(decided), entries, refused, terms, on_bars)
    return Tested(
        trades=trades_of(market.bars, entries, refused, ends, terms, costs, symbol),
        bars=len(market),
        open_at_end=open_at_end,
        guards=tuple(guard.slug for guard in asked),
        left_out=tuple(guard.slug for guard in guards if not guard.reads_bars),
    )


def _walked(
    market: Market,
    says: Says,
    entries: Entries,
    refused: NDArray[np.int64],
    terms: Terms,
    on_bars: Callable[[int], None],
) -> tuple[Ends, int]:
    """How every entry's position ended, and how many did not."""
    walk, ends, place = walker(), Ends.none(len(entries.row)), Place(EMPTY, EMPTY, 0)
    rules, length = Rules(terms.scale, terms.trails), seconds_of(terms)
    said = (market.bars, says, entries, refused != 0, market.is_hole)
    for first in range(0, len(market), STRETCH):
        on_bars(first)
        rows = (first, min(first + STRETCH, len(market)))
        place = walk(*said, ends, rules, length, rows, place)
    return ends, sum(slot.idea.side != NOBODY for slot in (place.held, place.leaving))
