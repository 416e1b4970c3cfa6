"""What a strategy is: a frozen dataclass of settings that turns closed bars into decisions."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from strategies.indicators import Flags, Floats, undefined
from strategies.rules import Plot, Readings, Rules

MIN_WARMUP = 300  # bars; with 100, one EMA cross in 25 is answered differently
DECISION_COLUMNS = ["buy", "sell", "exit_long", "exit_short", "confidence", "atr", "trail"]


@dataclass(frozen=True, kw_only=True)
class Strategy(ABC):
    """Decide on closed bars; the same bars always give the same decisions."""

    slug: ClassVar[str]
    title: ClassVar[str]
    trails: ClassVar[bool] = False
    plots: ClassVar[tuple[Plot, ...]]  # what a chart of a decision shows beside the bars

    @property
    @abstractmethod
    def memory(self) -> int:
        """Bars after which older ones no longer change this strategy's indicators."""

    @property
    def warmup(self) -> int:
        """Bars that must precede the first decision."""
        return max(MIN_WARMUP, self.memory)

    @abstractmethod
    def decisions(self, bars: pd.DataFrame) -> pd.DataFrame:
        """One row per bar: DECISION_COLUMNS, then the indicators as evidence.

        `bars` as in markets.frames. A row reads its own and earlier bars only. The first `warmup`
        rows decide nothing, so too short a frame is simply silent.
        """

    @abstractmethod
    def rules(self, now: Readings, before: Readings) -> Rules:
        """The conditions of each entry and exit as they stood on one bar, in words.

        `now` and `before` are the readings of that bar and of the one before it. All rules of an
        entry hold exactly where `decisions` has it.
        """


def decision_frame(
    bars: pd.DataFrame,
    *,
    warmup: int,
    buy: Flags,
    sell: Flags,
    known: Flags,
    confidence: Floats,
    atr: Floats,
    exit_long: Flags | None = None,
    exit_short: Flags | None = None,
    trail: Floats | None = None,
    evidence: dict[str, Floats],
) -> pd.DataFrame:
    """The decisions of a strategy from its raw conditions, in the shape every reader expects.

    `buy` and `sell` are conditions; an entry is true where its condition is true, was false one
    bar before, and `known` (all its inputs defined) held there. `exit_long` and `exit_short` are
    taken as they are, all False when left out. `confidence` is clipped to [0, 1], rounded to two
    decimals and kept on entries only. Nothing is decided in the first `warmup` rows.
    """
    count = len(bars)
    ready = np.arange(count) >= warmup
    never = np.zeros(count, dtype=np.bool_)
    enters_long, enters_short = ready & _edge(buy, known), ready & _edge(sell, known)
    entered = enters_long | enters_short
    columns: dict[str, Flags | Floats] = {
        "buy": enters_long,
        "sell": enters_short,
        "exit_long": never if exit_long is None else ready & exit_long,
        "exit_short": never if exit_short is None else ready & exit_short,
        "confidence": np.where(entered, np.round(np.clip(confidence, 0.0, 1.0), 2), np.nan),
        "atr": atr,
        "trail": undefined(count) if trail is None else trail,
    }
    return pd.DataFrame(columns | evidence, index=bars.index)


def _edge(condition: Flags, known: Flags) -> Flags:
    result = np.zeros(len(condition), dtype=np.bool_)
    result[1:] = condition[1:] & ~condition[:-1] & known[:-1]
    return result


def column(bars: pd.DataFrame, name: str) -> Floats:
    """One column of `bars` as contiguous float64."""
    return np.ascontiguousarray(bars[name].to_numpy(dtype=np.float64))
