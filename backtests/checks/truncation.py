"""Look-ahead by truncation: would it have decided the same before the later bars were there?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from backtests.checks.base import Check, Finding, Subject
from backtests.checks.frames import (
    Rows,
    bars_said,
    deciding_rows,
    differing,
    entry_rows,
    spread_out,
    when,
)
from strategies.base import Strategy

NEAR = 5  # rows before each cut that are compared
STEPS = (1, 2, 3, 5, 10, 20, 60, 240)  # bars ahead that are tried


@dataclass(frozen=True, kw_only=True)
class Truncation(Check):
    """Cut the bars after many of them and decide again: no earlier row may change.

    Blocks of bars are taken from all over the history. In each, the cuts lie at entries, on the
    bar before them, and at other bars; the last rows before the cut are compared with those of the
    whole block: flags exactly, values within `within` of their size.
    """

    slug: ClassVar[str] = "truncation"
    title: ClassVar[str] = "Look-ahead: bars cut off"
    blocks: int = 4
    block_bars: int = 1_000  # bars after the warm-up, in each block
    cuts: int = 60  # of a block, beside those at entries
    entries: int = 60  # of a block that are looked at
    within: float = 1e-9

    def look(self, subject: Subject) -> Finding:
        cuts = 0
        for block in self._blocks(subject):
            whole = subject.strategy.decisions(block)
            for end in self._cuts(whole, subject.warmup):
                cuts += 1
                begin = max(0, end - NEAR)
                short = subject.strategy.decisions(block.iloc[:end]).iloc[begin:]
                changed = differing(short, whole.iloc[begin:end], within=self.within)
                if changed.to_numpy().any():
                    return self._found(subject.strategy, block, whole, changed, begin)
        return self.passed(f"{cuts:,} cuts changed no earlier decision or value.", cuts=cuts)

    def _blocks(self, subject: Subject) -> Iterator[pd.DataFrame]:
        length = subject.warmup + self.block_bars
        last = max(0, len(subject.bars) - length)
        for start in sorted({*np.linspace(0, last, self.blocks).astype(int).tolist()}):
            yield subject.bars.iloc[start : start + length]

    def _cuts(self, whole: pd.DataFrame, warmup: int) -> list[int]:
        """How many bars are left at each cut."""
        entries = spread_out(entry_rows(whole), self.entries)
        others = spread_out(deciding_rows(whole), self.cuts // 2)
        evenly: Rows = np.linspace(warmup, len(whole) - 1, self.cuts // 2).astype(np.int64)
        ends = np.concatenate([entries, entries + 1, others + 1, evenly])
        return sorted({int(end) for end in ends if 0 < end < len(whole)})

    def _found(
        self,
        strategy: Strategy,
        block: pd.DataFrame,
        whole: pd.DataFrame,
        changed: pd.DataFrame,
        begin: int,
    ) -> Finding:
        at = int(np.flatnonzero(changed.to_numpy().any(axis=1))[-1])
        names = [str(name) for name in changed.columns[changed.to_numpy()[at]]]
        row = begin + at
        ahead = self._ahead(strategy, block, whole, row)
        far = f"{bars_said(ahead)} ahead" if ahead else f"more than {STEPS[-1]} bars ahead"
        return self.failed(
            f"{', '.join(names)} of {when(block, row)} changed when later bars were cut off.",
            f"looks {far} (seen at {when(block, row)} UTC in {', '.join(names)})",
            bars_ahead=ahead,
            time=block.index[row].isoformat(),
            columns=names,
        )

    def _ahead(
        self, strategy: Strategy, block: pd.DataFrame, whole: pd.DataFrame, row: int
    ) -> int | None:
        """The fewest bars after `row` with which it is decided as with all; None: more than tried.

        Bars further on must not change it again.
        """
        wanted, needed = whole.iloc[row : row + 1], None
        for ahead in reversed([0, *STEPS]):
            known = strategy.decisions(block.iloc[: row + 1 + ahead]).iloc[row : row + 1]
            if differing(known, wanted, within=self.within).to_numpy().any():
                return needed
            needed = ahead
        return needed
