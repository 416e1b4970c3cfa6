"""Rules in words: what is told to people is what decided."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from backtests.checks.base import Check, Finding, Subject
from backtests.checks.frames import deciding_rows, entry_rows, spread_out, when
from strategies.readings import readings_at
from strategies.rules import Readings

SIDES = {"BUY": "buy", "SELL": "sell", "LEAVE BUY": "exit_long", "LEAVE SELL": "exit_short"}


Read = Callable[[int, pd.DataFrame, pd.DataFrame], Readings]


@dataclass(frozen=True, kw_only=True)
class Words(Check):
    """Ask `rules` about many bars: all conditions of a side hold exactly where it decides so."""

    slug: ClassVar[str] = "words"
    title: ClassVar[str] = "The rules in words"
    rows: int = 300  # of each kind: entries, exits, others
    most_bars: int = 50_000

    def look(self, subject: Subject) -> Finding:
        bars = subject.bars.iloc[-self.most_bars :]
        decisions = subject.strategy.decisions(bars)
        evenly = np.arange(subject.warmup, len(bars))
        kinds = [entry_rows(decisions), deciding_rows(decisions), evenly]
        rows = np.unique(np.concatenate([spread_out(kind, self.rows) for kind in kinds]))
        ties = 0
        for row in rows.tolist():
            side = disagreeing(subject, bars, decisions, row)
            if side is None:
                continue
            if disagreeing(subject, bars, decisions, row, read=exact_readings):
                return self._found(
                    f"{when(bars, row)} UTC", side, bool(decisions[SIDES[side]].iloc[row])
                )
            ties += 1  # equal but for the digits nobody is shown
        said = f"{len(rows):,} bars are told as they were decided"
        tied = f" ({ties} but for the last digits, which are not shown)" if ties else ""
        return self.passed(f"{said}{tied}.", rows=len(rows), ties=ties)

    def _found(self, at: str, side: str, did: bool) -> Finding:
        told, done = ("do not ", "did") if did else ("", "did not")
        said = f"at {at} its rules {told}say {side}, and it {done}"
        return self.failed(f"{said[0].upper()}{said[1:]}.", f"explains itself wrongly: {said}")


def disagreeing(
    subject: Subject,
    bars: pd.DataFrame,
    decisions: pd.DataFrame,
    row: int,
    *,
    read: Read = readings_at,
) -> str | None:
    """The first side that the rules say and the decision does not, or the other way round."""
    now, before = (read(near, bars, decisions) for near in (row, row - 1))
    for side, rules in subject.strategy.rules(now, before).items():
        if all(rule.holds for rule in rules) != decisions[SIDES[side]].iloc[row]:
            return side
    return None


def exact_readings(row: int, bars: pd.DataFrame, decisions: pd.DataFrame) -> Readings:
    """As readings_at, with every digit."""
    values = {"close": bars["close"].iloc[row], **decisions.iloc[row].to_dict()}
    return {str(name): None if pd.isna(value) else float(value) for name, value in values.items()}
