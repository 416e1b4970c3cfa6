"""Undefined values: NaN, holes, flat prices and short frames never make a signal or an error."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from backtests.checks.base import ENTRIES, FLAGS, Check, Finding, Subject
from backtests.checks.frames import when
from markets.frames import BAR_COLUMNS
from risk.telling.words import counted

PRICES = [name for name in BAR_COLUMNS if name != "volume"]


@dataclass(frozen=True, kw_only=True)
class Undefined(Check):
    """Decide on damaged bars: no error, and no entry where the close or ATR is undefined.

    Frames: too short ones, minutes missing, hours without any move, no volume, NaN prices (which
    are never stored, and must be harmless all the same).
    """

    slug: ClassVar[str] = "undefined"
    title: ClassVar[str] = "Holes, flat prices and NaN"
    most_bars: int = 3_000  # after the warm-up
    flat_bars: int = 400

    def look(self, subject: Subject) -> Finding:
        bars = subject.bars.iloc[: subject.warmup + self.most_bars]
        frames = dict(self._damaged(bars, subject.warmup))
        for name, damaged in frames.items():
            try:
                decisions = subject.strategy.decisions(damaged)
            except Exception as error:
                said = f"fails on {name}: {type(error).__name__}: {error}"
                return self.failed(f"It {said}.", said, frame=name)
            wrong = wrongly_entered(damaged, decisions)
            if len(wrong):
                said = f"{len(wrong)} decisions on undefined values in {name}"
                at = f"first {when(damaged, int(wrong[0]))} UTC"
                return self.failed(f"{said}, {at}.", f"makes {said} ({at})", frame=name)
        return self.passed(f"Silent where it must be: {', '.join(frames)}.", frames=len(frames))

    def _damaged(self, bars: pd.DataFrame, warmup: int) -> Iterator[tuple[str, pd.DataFrame]]:
        middle = min(warmup + 50, len(bars))
        for length in (0, 1, 5, 20):
            yield counted(length, "bar"), bars.iloc[:length]
        yield "90 missing minutes", pd.concat([bars.iloc[:middle], bars.iloc[middle + 90 :]])
        yield "no volume", bars.assign(volume=0.0)
        flat = bars.copy()
        flat.iloc[middle : middle + self.flat_bars, _places(bars)] = flat["close"].iloc[
            min(middle, len(bars) - 1)
        ]
        yield f"{self.flat_bars} bars without a move", flat
        yield "bars that never move", bars.assign(**{name: 1.0 for name in PRICES})
        some = slice(middle, middle + 100, 7)
        for what, rows in (("NaN bars", some), ("NaN at first", slice(0, 5))):
            holed = bars.copy()
            holed.iloc[rows, _places(bars)] = np.nan
            yield what, holed


def wrongly_entered(bars: pd.DataFrame, decisions: pd.DataFrame) -> "np.ndarray":
    """Rows that decide on an undefined close, or enter with ATR or confidence undefined."""
    acts = decisions[FLAGS].to_numpy(dtype=bool).any(axis=1)
    enters = decisions[ENTRIES].to_numpy(dtype=bool).any(axis=1)
    blind = ~np.isfinite(bars["close"].to_numpy(dtype=np.float64))
    vague = ~np.isfinite(decisions[["atr", "confidence"]].to_numpy(dtype=np.float64)).all(axis=1)
    return np.flatnonzero((acts & blind) | (enters & vague))


def _places(bars: pd.DataFrame) -> list[int]:
    return bars.columns.get_indexer(pd.Index(PRICES)).tolist()
