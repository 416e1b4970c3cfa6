"""Decisions come from the bars alone: no clock, dice, database, file or network."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from backtests.checks.alone import alone
from backtests.checks.base import Check, Finding, Subject
from backtests.checks.frames import bars_said
from backtests.checks.watching import read_beside


@dataclass(frozen=True, kw_only=True)
class Outside(Check):
    """Decide under watch, in a process of its own: nothing is read beside the bars."""

    slug: ClassVar[str] = "outside"
    title: ClassVar[str] = "Nothing but the bars"
    is_basic: ClassVar[bool] = True
    most_bars: int = 5_000

    def look(self, subject: Subject) -> Finding:
        bars = subject.bars.iloc[-self.most_bars :].copy()
        found = alone(partial(read_beside, partial(subject.strategy.decisions, bars)))
        if not found:
            return self.passed(f"{bars_said(len(bars))} decided, nothing else was read.")
        what = " and ".join(f"{each} ({where})" for each, where in found.items())
        said = f"reads {what} beside the bars"
        return self.failed(f"It {said}.", f"{said}: no backtest can know it", read=list(found))
