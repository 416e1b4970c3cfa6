"""Choosing the best trial where it is not judged: walk-forward, and a last window kept back."""

from dataclasses import dataclass

import numpy as np

from backtests.sweeps.marks import Marks
from backtests.trades import Floats


@dataclass(frozen=True)
class Rule:
    """What the best is best in, and how many results it must have to be asked."""

    criterion: str  # "expectancy" or "sharpe"
    least: int  # results

    def values(self, marks: Marks, windows: slice) -> Floats:
        """The criterion of every trial in `windows`; NaN with fewer than `least` results."""
        found = (marks.sharpe if self.criterion == "sharpe" else marks.expectancy)(windows)
        return np.where(marks.results(windows) >= self.least, found, np.nan)

    def best(self, marks: Marks, windows: slice) -> int | None:
        """The row of the best trial, the first of equals; None where none has enough results."""
        values = self.values(marks, windows)
        return None if np.isnan(values).all() else int(np.nanargmax(values))


@dataclass(frozen=True)
class Step:
    """One choice: by which windows, judged in which, and which row was best (None: none)."""

    inside: slice
    outside: slice
    row: int | None


def walk_forward(marks: Marks, rule: Rule) -> list[Step]:
    """The best of each window but the last, to be judged in the next one (Pardo 1992)."""
    steps = []
    for window in range(len(marks.windows) - 1):
        inside, outside = slice(window, window + 1), slice(window + 1, window + 2)
        steps.append(Step(inside, outside, rule.best(marks, inside)))
    return steps


def choice(marks: Marks, rule: Rule) -> Step:
    """The best of all windows but the last; the last had no part in the choice and judges it.

    With a single window nothing is left to judge by, and `outside` is empty.
    """
    count = len(marks.windows)
    inside = slice(0, max(1, count - 1))
    return Step(inside, slice(inside.stop, count), rule.best(marks, inside))
