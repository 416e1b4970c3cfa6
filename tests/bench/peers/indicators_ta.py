"""The indicators of the shipped strategies by the library `ta`."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import ta
from serving import serve, timed


@cache
def columns(where):
    names = ("high", "low", "close")
    return [pd.Series(np.load(Path(where) / f"{name}.npy")) for name in names]


def computed(high, low, close):
    band = ta.volatility.BollingerBands(close, 20, 2)
    return {
        "ema": ta.trend.ema_indicator(close, 12),
        "rsi": ta.momentum.rsi(close, 14),
        "atr": ta.volatility.average_true_range(high, low, close, 14),
        "adx": ta.trend.adx(high, low, close, 14),
        "mean": band.bollinger_mavg(),
        "upper": band.bollinger_hband(),
        "highest": high.rolling(20).max(),
        "lowest": low.rolling(20).min(),
    }


def windows(data, bars):
    return [each.iloc[-bars:].reset_index(drop=True) for each in columns(data)]


def indicators(data, bars, repeat):
    """Seconds of one set on the last `bars`, of `repeat` sets."""
    last = windows(data, bars)
    seconds, _ = timed(lambda: [computed(*last) for _ in range(repeat)])
    return {"seconds": seconds / repeat}


def values(data, bars, out):
    """Each indicator's values, as a file."""
    np.savez(out, **computed(*windows(data, bars)))
    return {}


if __name__ == "__main__":
    serve(indicators=indicators, values=values)
