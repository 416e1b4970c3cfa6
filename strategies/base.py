"""What a strategy is: a frozen dataclass of settings that turns closed bars into decisions."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
import pandas as pd

from markets.slim import framed
from strategies.indicators import Flags, Floats
from strategies.rules import Plot, Readings, Rules

MIN_WARMUP = 300  # bars; with 100, one EMA cross in 25 is answered differently
DECISION_COLUMNS = ["buy", "sell", "exit_long", "exit_short", "confidence", "atr", "trail"]


@dataclass(frozen=True, kw_only=True)
class Strategy(ABC):
    """Decide on closed bars; the same bars always give the same decisions."""

    slug: ClassVar[str]
    title: ClassVar[str]
    trails: ClassVar[bool] = False
    takes_slim: ClassVar[bool] = False  # `decisions` reads by `column` and ends in decision_frame
    takes_many: ClassVar[bool] = False  # the same of columns (k, n): k symbols, bars last
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
    bar before, and `known` (all its inputs defined) held there; its own ATR and confidence must be
    defined, without which no stop can be set. `exit_long` and `exit_short` are
    taken as they are, all False when left out. `confidence` is clipped to [0, 1], rounded to two
    decimals and kept on entries only. Nothing is decided in the first `warmup` rows.
    """
    never, nowhere = _unsaid(buy.shape)
    enters_long, enters_short = _edge(buy, known, warmup), _edge(sell, known, warmup)
    row = np.nonzero(enters_long | enters_short)
    is_measured = np.isfinite(atr[row] + confidence[row])
    enters_long[row] &= is_measured
    enters_short[row] &= is_measured
    row, told = tuple(each[is_measured] for each in row), np.full(buy.shape, np.nan)
    told[row] = np.round(np.clip(confidence[row], 0.0, 1.0), 2)
    columns: dict[str, Flags | Floats] = {
        "buy": enters_long,
        "sell": enters_short,
        "exit_long": never if exit_long is None else _silent(exit_long.copy(), warmup),
        "exit_short": never if exit_short is None else _silent(exit_short.copy(), warmup),
        "confidence": told,
        "atr": atr,
        "trail": nowhere if trail is None else trail,
    }
    return framed(bars, columns | evidence)


@lru_cache(maxsize=4)
def _unsaid(shape: tuple[int, ...]) -> tuple[Flags, Floats]:
    """False and NaN in this shape: columns of what a strategy leaves out, the same for all."""
    never, nowhere = np.zeros(shape, dtype=np.bool_), np.full(shape, np.nan)
    for each in (never, nowhere):
        each.setflags(write=False)
    return never, nowhere


def _edge(condition: Flags, known: Flags, warmup: int) -> Flags:
    """Where `condition` begins after the first `warmup` rows, known on the row before."""
    result = np.zeros(condition.shape, dtype=np.bool_)
    now, before = condition[..., 1:], condition[..., :-1]
    np.greater(now, before, out=result[..., 1:])  # true now, false before
    result[..., 1:] &= known[..., :-1]
    return _silent(result, warmup)


def _silent(flags: Flags, warmup: int) -> Flags:
    """`flags` themselves, nothing said in the first `warmup` rows."""
    flags[..., :warmup] = False
    return flags


def column(bars: pd.DataFrame, name: str) -> Floats:
    """One column of `bars` as contiguous float64."""
    return np.ascontiguousarray(bars[name].to_numpy(dtype=np.float64))
