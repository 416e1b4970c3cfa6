"""Look-ahead by another future: would it have decided the same had prices gone elsewhere?"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from backtests.checks.base import Check, Finding, Subject
from backtests.checks.frames import bars_said, differing, entry_rows, spread_out, when
from markets.frames import BAR_COLUMNS


@dataclass(frozen=True, kw_only=True)
class Future(Check):
    """Replace all bars after a cut by noise: no earlier row may change, to the last bit.

    It finds what truncation may miss: a value that is only used, never shown, and one taken from
    the whole frame. Frames have the same length, so rounding is no excuse.
    """

    slug: ClassVar[str] = "future"
    title: ClassVar[str] = "Look-ahead: another future"
    cuts: int = 8
    most_bars: int = 20_000
    seed: int = 1

    def look(self, subject: Subject) -> Finding:
        bars = subject.bars.iloc[-self.most_bars :]
        whole = subject.strategy.decisions(bars)
        entries = spread_out(entry_rows(whole)[1:], self.cuts // 2).tolist()
        evenly = np.linspace(subject.warmup, len(bars) - 2, self.cuts // 2).astype(int).tolist()
        cuts = sorted({cut for cut in [*entries, *evenly] if 0 <= cut < len(bars) - 1})
        for cut in cuts:
            other = subject.strategy.decisions(with_other_future(bars, cut, seed=self.seed))
            changed = differing(other.iloc[: cut + 1], whole.iloc[: cut + 1]).to_numpy()
            if changed.any():
                return self._found(bars, cut, changed)
        return self.passed(
            f"{len(cuts)} other futures changed no earlier row, to the last bit.", cuts=len(cuts)
        )

    def _found(self, bars: pd.DataFrame, cut: int, changed: np.ndarray) -> Finding:
        rows = np.flatnonzero(changed.any(axis=1))
        said = bars_said(len(rows))
        return self.failed(
            f"{said} up to {when(bars, cut)} changed when later prices did.",
            f"reads prices after the bar it decides on ({said} before {when(bars, cut)} UTC "
            "changed with them)",
            rows=len(rows),
            furthest=int(cut - rows[0]),
            time=bars.index[cut].isoformat(),
        )


def with_other_future(bars: pd.DataFrame, cut: int, *, seed: int) -> pd.DataFrame:
    """`bars` with wild prices after row `cut`: jumps of a few percent, asks above bids."""
    random = np.random.default_rng(seed)
    count = len(bars) - cut - 1
    close = float(bars["close"].iloc[cut]) * np.exp(np.cumsum(random.normal(0, 0.01, count)))
    opened = np.concatenate([bars["close"].to_numpy()[cut : cut + 1], close[:-1]])[:count]
    wick = close * random.exponential(0.005, count)
    high, low = np.maximum(opened, close) + wick, np.minimum(opened, close) / (1 + wick / close)
    bid = np.column_stack([opened, high, low, close])
    noise = np.column_stack([bid, random.exponential(100, count), bid * 1.001])
    values = bars[BAR_COLUMNS].to_numpy(copy=True)
    values[cut + 1 :] = noise
    return pd.DataFrame(values, index=bars.index, columns=bars.columns)
