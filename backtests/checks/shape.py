"""The contract of decisions: columns, edges, confidence, silence while warming up."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from backtests.checks.base import FLAGS, Check, Finding, Subject
from backtests.checks.frames import bars_said, when
from strategies.base import DECISION_COLUMNS, MIN_WARMUP


@dataclass(frozen=True, kw_only=True)
class Shape(Check):
    """Decisions have the columns, the index and the manners every reader counts on."""

    slug: ClassVar[str] = "shape"
    title: ClassVar[str] = "The shape of decisions"
    is_basic: ClassVar[bool] = True

    def look(self, subject: Subject) -> Finding:
        decisions = subject.strategy.decisions(subject.bars.copy())
        fault = next(faults(subject, decisions), None)
        if fault:
            return self.failed(f"It {fault}.", fault)
        entries = int(decisions["buy"].sum() + decisions["sell"].sum())
        exits = int(decisions["exit_long"].sum() + decisions["exit_short"].sum())
        said = f"{entries:,} entries and {exits:,} exits on {bars_said(len(decisions))}"
        if not entries:
            return self.noted(f"No entry at all: {said}.", entries=0, exits=exits)
        return self.passed(f"{said}, all as they should be.", entries=entries, exits=exits)


def faults(subject: Subject, decisions: pd.DataFrame) -> Iterator[str]:
    """What is wrong with the decisions, worst first."""
    if not decisions.index.equals(subject.bars.index):
        yield "does not answer one row per bar, with the bars' own times"
        return
    if list(decisions.columns[: len(DECISION_COLUMNS)]) != DECISION_COLUMNS:
        yield f"has not first the columns {', '.join(DECISION_COLUMNS)}: end in decision_frame"
        return
    if decisions.columns.has_duplicates:
        yield "has two columns of one name"
    if any(decisions[name].dtype != np.bool_ for name in FLAGS):
        yield f"has flags ({', '.join(FLAGS)}) that are not all true or false"
        return
    if subject.warmup < MIN_WARMUP:
        yield f"warms up for {subject.warmup} bars only; at least {MIN_WARMUP} are needed"
    if decisions[FLAGS].to_numpy()[: subject.warmup].any():
        yield f"decides within its warm-up of {bars_said(subject.warmup)}"
    yield from _entry_faults(subject, decisions)


def _entry_faults(subject: Subject, decisions: pd.DataFrame) -> Iterator[str]:
    buy, sell = decisions["buy"].to_numpy(), decisions["sell"].to_numpy()
    for side, flags in (("BUY", buy), ("SELL", sell)):
        again = np.flatnonzero(flags[1:] & flags[:-1]) + 1
        if len(again):
            times = f"{bars_said(len(again))}, first {when(subject.bars, int(again[0]))} UTC"
            yield f"says {side} again on the bar after ({times}): entries are edges"
    if (buy & sell).any():
        row = int(np.flatnonzero(buy & sell)[0])
        yield f"says BUY and SELL at once ({when(subject.bars, row)} UTC)"
    confidence = decisions["confidence"].to_numpy(dtype=np.float64)[buy | sell]
    if not ((confidence >= 0) & (confidence <= 1)).all():
        yield "has entries whose confidence is not within 0 and 1"
