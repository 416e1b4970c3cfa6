"""Recursive stability: does the declared warm-up hold, or does old history still speak?"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from backtests.checks.base import FLAGS, Check, Finding, Subject
from backtests.checks.frames import Rows, deciding_rows, distance, entry_rows, spread_out, when

SAID = [*FLAGS, "confidence"]  # must agree exactly
TRIES = (2, 4, 8, 16, 32)  # times the warm-up


@dataclass(frozen=True, kw_only=True)
class Memory(Check):
    """Decide bars from just `warmup` bars before them, and compare with all history.

    The live desk reads no more than that. Flags and confidence must agree exactly, values within
    `within` of their size. Bars looked at: entries, exits and others, evenly over the history.
    """

    slug: ClassVar[str] = "memory"
    title: ClassVar[str] = "Warm-up: old history must not matter"
    rows: int = 150  # of each kind
    within: float = 1e-6

    def look(self, subject: Subject) -> Finding:
        whole = subject.strategy.decisions(subject.bars)
        rows = self._rows(whole, subject.warmup)
        if not len(rows):
            return self.noted("Too few bars to compare with a longer history.", rows=0)
        alone = windowed(subject, rows, subject.warmup)
        flags, values = unlike(alone, whole.iloc[rows], within=self.within)
        largest = values.max() if len(values) else 0.0
        numbers: dict[str, Any] = {
            "rows": len(rows),
            "decisions_differ": int(flags.sum()),
            "largest_difference": float(largest) if np.isfinite(largest) else None,
        }
        wrong = flags | (values > self.within)
        if not wrong.any():
            said = f"{len(rows):,} bars decided from {subject.warmup:,} bars alone are the same"
            return self.passed(f"{said} (values within {largest:.1e}).", **numbers)
        return self._found(subject, whole, rows[wrong], numbers)

    def _rows(self, whole: pd.DataFrame, warmup: int) -> Rows:
        evenly: Rows = np.linspace(warmup, len(whole) - 1, self.rows).astype(np.int64)
        chosen = [spread_out(rows(whole), self.rows) for rows in (entry_rows, deciding_rows)]
        rows = np.unique(np.concatenate([*chosen, evenly]))
        return rows[rows > warmup]

    def _found(
        self, subject: Subject, whole: pd.DataFrame, rows: Rows, numbers: dict[str, Any]
    ) -> Finding:
        enough = self._enough(subject, whole, rows)
        told = f"{enough:,} bars were enough" if enough else "no longer warm-up tried was enough"
        of = f"{len(rows):,} of {numbers['rows']:,} bars looked at"
        return self.failed(
            f"From {subject.warmup:,} bars {of} are decided or valued otherwise; {told}.",
            f"remembers more than its warm-up of {subject.warmup:,} bars ({of}, first "
            f"{when(subject.bars, int(rows[0]))} UTC, differ from the whole history; {told})",
            **numbers,
            rows_differ=len(rows),
            enough=enough,
        )

    def _enough(self, subject: Subject, whole: pd.DataFrame, rows: Rows) -> int | None:
        """The shortest of some longer warm-ups with which the rows agree; None when none does."""
        for times in TRIES:
            length = times * subject.warmup
            long = spread_out(rows[rows > length], 30)  # else it is the whole history
            if not len(long):
                return None
            flags, values = unlike(
                windowed(subject, long, length), whole.iloc[long], within=self.within
            )
            if not (flags | (values > self.within)).any():
                return length
        return None


def windowed(subject: Subject, rows: Rows, length: int) -> pd.DataFrame:
    """The decision at each of `rows` from `length` bars before it and its own."""
    decide = subject.strategy.decisions
    return pd.concat([decide(subject.bars.iloc[row - length : row + 1]).iloc[[-1]] for row in rows])


def unlike(
    left: pd.DataFrame, right: pd.DataFrame, *, within: float
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """(whether flags or confidence differ, the largest distance of any value) of each row."""
    said = np.column_stack([distance(left[name], right[name]) for name in SAID])
    names = [name for name in left.columns if name not in SAID]
    values = np.column_stack([distance(left[name], right[name]) for name in names])
    return np.any(said > 0, axis=1), np.max(values, axis=1)
