"""Bars that many backtests share: what does not differ between them is computed once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, cast

import pandas as pd

from backtests.engine import Tested, backtest
from backtests.market import Market, market_of
from backtests.plan import Costs
from markets.slim import SlimFrame
from risk.guards.base import Guard
from risk.states import Terms
from strategies.base import Strategy, column
from strategies.remembered import Kept, Memory, columns_kept, remembering

DECIDED = 128 * 2**20  # bytes: trials that differ in levels only ask for the same decisions again
MARKETS = 256 * 2**20  # of bars with their calendar: trials that differ in expiry or spread


@dataclass(frozen=True)
class Room:
    """What is kept for backtests to come, on whatever bars: bounded by its bytes.

    Of each kind the newest stays, whatever it weighs.
    """

    columns: Kept[Any] = field(default_factory=columns_kept)
    decided: Kept[pd.DataFrame] = field(default_factory=lambda: Kept(DECIDED, weigh=bytes_of))
    markets: Kept[Market] = field(default_factory=lambda: Kept(MARKETS, weigh=_market_bytes))


class SharedBars:
    """Bars as in markets.frames, which must not change, decided on from `start` on.

    Threads may share them.
    """

    def __init__(self, bars: pd.DataFrame, start: datetime | None, room: Room) -> None:
        self.bars, self.start, self.room = bars, start, room
        self._own = object()  # names these bars in `room`, which must not hold them
        times = pd.DatetimeIndex(bars.index).as_unit("s").asi8
        self._slim = SlimFrame({name: column(bars, name) for name in bars.columns}, times)
        self._memory = Memory(self._slim, room.columns)

    def backtest(
        self,
        *,
        strategy: Strategy,
        terms: Terms,
        guards: Sequence[Guard] = (),
        costs: Costs = Costs(),  # noqa: B008 - frozen
        symbol: int = 0,
        on_bars: Callable[[int], None] = lambda done: None,
    ) -> Tested:
        """Exactly what engine.backtest tells of these bars."""
        read = (terms.calendar, terms.bar_length, terms.expiry_minutes, terms.pip, costs)
        market = partial(market_of, self.bars, terms=terms, costs=costs, start=self.start)
        decisions = partial(self._decisions, strategy)
        return backtest(
            self.bars,
            strategy=strategy,
            terms=terms,
            guards=guards,
            costs=costs,
            symbol=symbol,
            on_bars=on_bars,
            market=self.room.markets.get((self._own, read), market),
            decisions=self.room.decided.get((self._own, strategy), decisions),
        )

    def _decisions(self, strategy: Strategy) -> pd.DataFrame:
        bars = cast(pd.DataFrame, self._slim) if strategy.takes_slim else self.bars
        with remembering(self._memory):
            return strategy.decisions(bars)


def bytes_of(frame: pd.DataFrame) -> int:
    """What its columns take."""
    return sum(frame[name].to_numpy().nbytes for name in frame.columns)


def _market_bytes(market: Market) -> int:
    return market.is_hole.nbytes + sum(column.nbytes for column in market.bars)
