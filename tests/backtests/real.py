"""The real minutes beside the project as bars, for tests and benches that need months of them."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from markets.frames import BAR_COLUMNS, bar_index

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SPREADS = {"EURUSD": 0.8, "GBPUSD": 0.8, "USDJPY": 0.4}  # typical, pips, where no ask is kept
PIPS = {"EURUSD": 0.0001, "GBPUSD": 0.0001, "USDJPY": 0.01}
DIGITS = {"EURUSD": 5, "GBPUSD": 5, "USDJPY": 3}
PRICES = ["open", "high", "low", "close"]

needs_minutes = pytest.mark.skipif(
    not (DATA / "histdata_eurusd_m1_201701.csv.gz").exists(), reason=f"no real minutes in {DATA}"
)


@cache
def real_bars(symbol: str) -> pd.DataFrame:
    """Months of `symbol` as in markets.frames: six of EURUSD, one of GBPUSD and of USDJPY."""
    if symbol == "EURUSD":
        bid = pd.concat([_histdata(path) for path in sorted(DATA.glob("histdata_eurusd*"))])
        asks = bid + SPREADS[symbol] * PIPS[symbol]
    else:
        year = {"GBPUSD": 2012, "USDJPY": 2013}[symbol]
        bid, asks = (_fxcm(symbol, side, year) for side in ("bid", "ask"))
    rows = bid.assign(volume=0.0, **{f"ask_{name}": asks[name] for name in PRICES})
    rows = rows[~rows.index.duplicated()].sort_index()
    seconds = rows.index.as_unit("s").asi8
    return pd.DataFrame(rows[BAR_COLUMNS].to_numpy(), bar_index(seconds), BAR_COLUMNS)


def _histdata(path: Path) -> pd.DataFrame:
    rows = pd.read_csv(path, sep=";", header=None, names=["at", *PRICES, "volume"])
    local = pd.to_datetime(rows["at"], format="%Y%m%d %H%M%S")
    return rows.set_index(local.dt.tz_localize("America/New_York").dt.tz_convert("UTC"))[PRICES]


def _fxcm(symbol: str, side: str, year: int) -> pd.DataFrame:
    rows = pd.read_csv(DATA / f"fxcm_{symbol.lower()}_m1_{side}_{year}.csv.gz")
    bars = rows.set_index(pd.to_datetime(rows["timestamp"], utc=True))[PRICES]
    return bars.astype(np.float64)
