"""The bars contract: one frame shape for strategies, guards, charts and backtests."""

from datetime import timedelta
from enum import StrEnum

import numpy as np
import pandas as pd

BAR_COLUMNS = [
    "open",
    "high",
    "low",
    "close",
    "volume",
    "ask_open",
    "ask_high",
    "ask_low",
    "ask_close",
]
_FOLDS = {
    "open": "first",
    "high": "max",
    "low": "min",
    "close": "last",
    "volume": "sum",
    "ask_open": "first",
    "ask_high": "max",
    "ask_low": "min",
    "ask_close": "last",
}


class Timeframe(StrEnum):
    """Length of a bar; M1 is stored, the others are built from it."""

    M1 = "M1"
    M5 = "M5"
    M15 = "M15"
    H1 = "H1"

    @property
    def minutes(self) -> int:
        """Length in minutes."""
        return {"M1": 1, "M5": 5, "M15": 15, "H1": 60}[self.value]

    @property
    def delta(self) -> timedelta:
        """Length as a time span; a bar closes this long after its open time."""
        return timedelta(minutes=self.minutes)


def bar_index(epoch_seconds: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> pd.DatetimeIndex:
    """Ascending bar open times in UTC, made from whole seconds since 1970."""
    stamps = epoch_seconds.astype("datetime64[s]").astype("datetime64[us]")
    return pd.DatetimeIndex(stamps, name="time").tz_localize("UTC")


def empty_bars() -> pd.DataFrame:
    """No bars, with the index and columns that all bars have."""
    return pd.DataFrame(
        np.empty((0, len(BAR_COLUMNS))),
        index=bar_index(np.empty(0, dtype=np.int64)),
        columns=pd.Index(BAR_COLUMNS),
    )


def resample(bars_m1: pd.DataFrame, timeframe: Timeframe) -> pd.DataFrame:
    """Bars of `timeframe` built from M1 bars, closed bars only, same columns.

    Index: the bar's open time in UTC, aligned to the clock. A bar is complete, and so
    returned, once its last minute or a later one is present; minutes missing inside it
    only thin it. The first bar is whole only if `bars_m1` begins at or before its open.
    Empty input gives empty bars.
    """
    if timeframe is Timeframe.M1 or bars_m1.empty:
        return bars_m1
    opens = bars_m1.index.floor(timeframe.delta)  # type: ignore[attr-defined]
    bars = bars_m1.groupby(opens, sort=False).agg(_FOLDS)[BAR_COLUMNS]
    bars.index.name = "time"
    last_minute = bars.index[-1] + timeframe.delta - timedelta(minutes=1)
    return bars if bars_m1.index[-1] >= last_minute else bars.iloc[:-1]
