"""Many trials on the same bars at once: what they share is computed once, on all cores."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import pandas as pd

from backtests.engine import Tested
from backtests.plan import Costs
from backtests.shared import Room, SharedBars
from risk.guards.base import Guard
from risk.states import Terms
from strategies.base import Strategy

Told = TypeVar("Told")


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One strategy with its settings, as engine.backtest takes it."""

    strategy: Strategy
    terms: Terms
    guards: Sequence[Guard] = ()
    costs: Costs = Costs()  # noqa: RUF009 - frozen


def try_all(
    bars: pd.DataFrame,
    trials: Sequence[Trial],
    *,
    told: Callable[[Tested], Told],
    start: datetime | None = None,
    threads: int | None = None,
) -> list[Told]:
    """What `told` makes of each trial on `bars`, in their order.

    The trials are exactly as engine.backtest has them; only what is told of them is kept.
    `threads` None: one for each core; the compiled walk and columns of numbers run side by side.
    """
    shared = SharedBars(bars, start, Room())

    def tried(trial: Trial) -> Told:
        tested = shared.backtest(
            strategy=trial.strategy, terms=trial.terms, guards=trial.guards, costs=trial.costs
        )
        return told(tested)

    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        return list(pool.map(tried, trials))
