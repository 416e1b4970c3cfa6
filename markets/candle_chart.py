"""A candle chart as values: bars, indicators, levels and marks; JSON for static/js/chart.js.

Times are whole seconds since 1970, UTC, of a bar's open.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

PRICES = ["open", "high", "low", "close"]
Step = tuple[int, float]  # from this bar on, at this price


@dataclass(frozen=True)
class Line:
    """A level from one bar to another, or the steps of a stop that trails."""

    kind: str  # entry, sl, tp, stop
    label: str
    points: tuple[Step, ...]


@dataclass(frozen=True)
class Mark:
    """Something that happened on a bar."""

    kind: str  # BUY, SELL, FLAT, exit
    label: str
    time: int
    price: float


@dataclass(frozen=True)
class Chart:
    timeframe: str
    digits: int
    bars: tuple[tuple[float, ...], ...]  # time, open, high, low, close: bid
    plots: tuple[dict[str, Any], ...]  # label, pane ("" is over the price), a value per bar
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    notes: tuple[str, ...]
    is_whole: bool


def ohlc(bars: pd.DataFrame, digits: int) -> tuple[tuple[float, ...], ...]:
    """(time, open, high, low, close) of each bar: bid, with so many decimals."""
    times = seconds(bars)
    prices = bars[PRICES].to_numpy().round(digits)
    return tuple((time, *row) for time, row in zip(times, prices.tolist(), strict=True))


def seconds(bars: pd.DataFrame) -> list[int]:
    """When each bar opened."""
    stamps = pd.DatetimeIndex(bars.index).tz_localize(None).to_numpy()
    return list(stamps.astype("datetime64[s]").astype(np.int64).tolist())
