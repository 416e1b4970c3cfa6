"""Determinism: the same bars always give the same decisions, and stay as they are."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import pandas as pd

from backtests.checks.alone import alone
from backtests.checks.base import Check, Finding, Subject
from backtests.checks.frames import bars_said, differing, entry_rows, spread_out, when
from backtests.checks.future import with_other_future
from strategies.base import Strategy

CALLS = 5  # decisions on the same bars, one after the other
Fault = tuple[str, str]  # what is told, and the end of "Do not run: it ..."


@dataclass(frozen=True, kw_only=True)
class Sameness(Check):
    """Decide anew and again, each time in a fresh process: equal to the last bit.

    Then after other bars: longer ones, ones that went on otherwise, the same once more. Whoever
    keeps what it saw decides otherwise than one that sees these bars alone. No bar may be changed.
    """

    slug: ClassVar[str] = "sameness"
    title: ClassVar[str] = "The same bars, the same decisions"
    is_basic: ClassVar[bool] = True
    most_bars: int = 20_000
    cuts: int = 4

    def look(self, subject: Subject) -> Finding:
        strategy, bars = subject.strategy, subject.bars.iloc[-self.most_bars :].copy()
        changed = alone(partial(changed_by, strategy, bars))
        if changed:
            said = f"changes the bars it is given ({changed})"
            return self.failed(f"It {said}.", f"{said}: take copies", changed=changed)
        first, again = (alone(partial(strategy.decisions, bars)) for _ in range(2))
        rows = rows_apart(first, again)
        if len(rows):
            at = f"first {when(bars, int(rows[0]))} UTC"
            return self.failed(
                f"{bars_said(len(rows))} were decided otherwise the second time.",
                f"decides otherwise the second time ({at})",
                rows=len(rows),
            )
        return self._after_others(strategy, bars, first)

    def _after_others(self, strategy: Strategy, bars: pd.DataFrame, first: pd.DataFrame) -> Finding:
        for cut in self._cuts(first):
            short, others = bars.iloc[:cut], [bars, with_other_future(bars, cut - 1, seed=1)]
            fresh = alone(partial(strategy.decisions, short))
            used = alone(partial(later, strategy, short, others))
            rows = np.concatenate([rows_apart(fresh, each) for each in used])
            if len(rows):
                at = f"first {when(bars, int(rows.min()))} UTC"
                return self.failed(
                    f"It decided otherwise after it had seen other bars ({at}).",
                    f"keeps something from one call to the next and decides by it ({at})",
                    rows=len(np.unique(rows)),
                )
        said = f"{bars_said(len(bars))} decided anew, again, and after others are equal."
        return self.passed(said, bars=len(bars))

    def _cuts(self, first: pd.DataFrame) -> list[int]:
        """How many bars are left: up to an entry, where a hidden look ahead would matter."""
        entries = spread_out(entry_rows(first)[1:], self.cuts - 1)
        return sorted({len(first) // 2, *(entries + 1).tolist()} - {0, len(first)})


def changed_by(strategy: Strategy, bars: pd.DataFrame) -> str:
    """Which of the bars' columns deciding changes; "" for none."""
    given = bars.copy()
    strategy.decisions(given)
    if list(given.columns) != list(bars.columns) or not given.index.equals(bars.index):
        return "columns or times"
    names = differing(given, bars).any()
    return ", ".join(str(name) for name in names.index[names])


def later(strategy: Strategy, bars: pd.DataFrame, others: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """The decisions on `bars`, several times, after those on `others`."""
    for each in others:
        strategy.decisions(each)
    return [strategy.decisions(bars) for _ in range(CALLS)]


def rows_apart(one: pd.DataFrame, other: pd.DataFrame) -> "np.ndarray":
    """Rows that differ in any column."""
    return np.flatnonzero(differing(one, other).to_numpy().any(axis=1))
