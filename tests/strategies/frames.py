"""Bars for strategy tests: random ones from a seed, drawn ones from closes, and a real month."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

REAL_MONTH = (
    Path(__file__).resolve().parents[3] / "shared" / "data" / "fxcm_gbpusd_m1_bid_2012.csv.gz"
)


def bars_from(closes: Sequence[float], *, half_range: float = 0.0001) -> pd.DataFrame:
    """Minute bars that open at the close before and reach `half_range` beyond their body."""
    close = np.asarray(closes, dtype=np.float64)
    opened = np.concatenate([close[:1], close[:-1]])
    high, low = np.maximum(opened, close) + half_range, np.minimum(opened, close) - half_range
    return _bars(
        pd.date_range("2026-11-16", periods=len(close), freq="min", tz="UTC"),
        opened,
        high,
        low,
        close,
    )


def random_bars(*, length: int, seed: int, start: float = 1.25) -> pd.DataFrame:
    """A random walk of about 1.5 pips a minute, the same for the same seed."""
    random = np.random.default_rng(seed)
    steps = random.normal(0.0, 0.00015, length)
    wicks = random.exponential(0.00008, length)
    bars = bars_from(start + np.cumsum(steps), half_range=0.0)
    for name, sign in (("high", 1), ("ask_high", 1), ("low", -1), ("ask_low", -1)):
        bars[name] += sign * wicks
    return bars


def real_month() -> pd.DataFrame:
    """GBPUSD, February 2012; the test is skipped where the file is absent."""
    if not REAL_MONTH.exists():
        pytest.skip("the real GBPUSD month is not beside this checkout (../shared/data)")
    rows = pd.read_csv(REAL_MONTH)
    prices = [rows[name].to_numpy(np.float64) for name in ("open", "high", "low", "close")]
    return _bars(pd.DatetimeIndex(pd.to_datetime(rows["timestamp"], utc=True)), *prices)


def _bars(index: pd.DatetimeIndex, *prices: np.ndarray) -> pd.DataFrame:
    names = ("open", "high", "low", "close")
    bid = dict(zip(names, prices, strict=True))
    ask = {f"ask_{name}": values + 0.0001 for name, values in bid.items()}
    return pd.DataFrame({**bid, "volume": 0.0, **ask}, index=index)
