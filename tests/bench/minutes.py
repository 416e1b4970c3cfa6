"""Real minutes and minutes made of them, as frames and as the .npy columns every peer reads.

The files of DATA, or of ../shared/data beside this repository: six months of EURUSD (HistData,
bid only) and a month each of GBPUSD and USDJPY with bid and ask (FXCM).
"""

import os
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from markets.frames import BAR_COLUMNS, bar_index
from tests.processes import ROOT

FXCM = {"GBPUSD": 2012, "USDJPY": 2013}
PRICES = ("open", "high", "low", "close")
YEAR = 372_607  # minutes, as many as EURUSD has in 2018
LONG = 931_425  # 2.5 years
BLOCK = 240  # minutes drawn in one piece, so that quiet and busy hours stay together
MINUTE = 60  # seconds


class NoMinutes(SystemExit):
    """There is nothing to measure on."""


def folder() -> Path:
    """Where the files lie."""
    found = Path(os.environ.get("DATA") or ROOT.parent / "shared" / "data")
    if not sorted(found.glob("histdata_eurusd_m1_*.csv.gz")):
        raise NoMinutes(
            f"There are no minutes in {found}: put histdata_eurusd_m1_*.csv.gz and the FXCM files "
            "there, or name the folder that has them: make bench DATA=/path/to/them"
        )
    return found


@cache
def eurusd() -> pd.DataFrame:
    """The six months of EURUSD as the bars contract has them; ask is bid, for there is none."""
    files = sorted(folder().glob("histdata_eurusd_m1_*.csv.gz"))
    rows = pd.concat([pd.read_csv(each, sep=";", header=None) for each in files])
    clock = pd.to_datetime(rows[0], format="%Y%m%d %H%M%S").dt.tz_localize("America/New_York")
    prices = rows[[1, 2, 3, 4]].to_numpy(dtype=np.float64)
    return _bars(_seconds(clock), prices, prices)


@cache
def fxcm(code: str) -> pd.DataFrame:
    """A month of GBPUSD or USDJPY, bid and ask; an ask below the bid is read as the bid."""
    bid, ask = (
        pd.read_csv(folder() / f"fxcm_{code.lower()}_m1_{side}_{FXCM[code]}.csv.gz")
        for side in ("bid", "ask")
    )
    clock = pd.to_datetime(bid["timestamp"], utc=True)
    prices = bid[list(PRICES)].to_numpy(dtype=np.float64)
    asks = np.maximum(ask[list(PRICES)].to_numpy(dtype=np.float64), prices)
    return _bars(_seconds(clock), prices, asks)


def drawn(length: int, *, seed: int = 1) -> pd.DataFrame:
    """`length` minutes made of pieces of the real ones, in the hours that forex trades.

    A block bootstrap: each bar keeps its own shape and its step from the bar before it.
    """
    real = eurusd()[list(PRICES)].to_numpy()
    steps = np.log(real[1:] / real[:-1, 3:])  # each price against the close before
    starts = np.random.default_rng(seed).integers(0, len(steps) - BLOCK, -(-length // BLOCK))
    rows = (starts[:, None] + np.arange(BLOCK)).ravel()[:length]
    closes = np.exp(np.log(1.1) + np.cumsum(steps[rows, 3] - steps[:, 3].mean()))
    before = np.concatenate([[1.1], closes[:-1]])
    prices = np.round(before[:, None] * np.exp(steps[rows]), 5)
    prices[:, 3] = np.round(closes, 5)
    prices[:, 1], prices[:, 2] = prices.max(axis=1), prices.min(axis=1)
    return _bars(_trading_minutes(length), prices, prices)


def side_by_side(bars: pd.DataFrame) -> pd.DataFrame:
    """The same bars with one minute after the other, as tools without a calendar see them."""
    first = int(bars.index[0].timestamp())
    return bars.set_axis(bar_index(first + MINUTE * np.arange(len(bars))), axis=0)


def write_columns(bars: pd.DataFrame, where: Path) -> Path:
    """One .npy file a column, and the opening times in seconds since 1970."""
    where.mkdir(parents=True, exist_ok=True)
    for name in BAR_COLUMNS:
        np.save(where / f"{name}.npy", np.ascontiguousarray(bars[name].to_numpy()))
    np.save(where / "time.npy", bars.index.as_unit("s").asi8)
    return where


def read_columns(where: Path) -> pd.DataFrame:
    """The bars of `write_columns`."""
    columns = {name: np.load(where / f"{name}.npy") for name in BAR_COLUMNS}
    return pd.DataFrame(columns, index=bar_index(np.load(where / "time.npy")))


def _bars(seconds: np.ndarray, bid: np.ndarray, ask: np.ndarray) -> pd.DataFrame:
    volume = np.zeros((len(bid), 1))
    columns = np.hstack([bid, volume, ask])
    return pd.DataFrame(columns, index=bar_index(seconds), columns=pd.Index(BAR_COLUMNS))


def _seconds(clock: pd.Series) -> np.ndarray:
    utc = clock.dt.tz_convert("UTC").dt.tz_localize(None)
    return utc.to_numpy().astype("datetime64[s]").astype(np.int64)


def _trading_minutes(length: int) -> np.ndarray:
    """The first `length` open minutes of forex weeks from 2018 on, in seconds since 1970."""
    minutes = pd.date_range("2018-01-01", periods=2 * length, freq="min", tz="UTC")
    clock = minutes.tz_convert("America/New_York")
    hours = clock.day_of_week * 24 + clock.hour  # Monday 0:00 is 0
    is_open = (hours < 4 * 24 + 17) | (hours >= 6 * 24 + 17)
    return minutes[is_open][:length].as_unit("s").asi8
