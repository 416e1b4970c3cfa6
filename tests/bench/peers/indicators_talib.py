"""The indicators of the shipped strategies by TA-Lib."""

from functools import cache
from pathlib import Path

import numpy as np
import talib
from serving import serve, timed


@cache
def columns(where):
    return [np.load(Path(where) / f"{name}.npy") for name in ("high", "low", "close")]


def computed(high, low, close):
    upper, mean, _ = talib.BBANDS(close, 20, 2, 2)
    return {
        "ema": talib.EMA(close, 12),
        "rsi": talib.RSI(close, 14),
        "atr": talib.ATR(high, low, close, 14),
        "adx": talib.ADX(high, low, close, 14),
        "mean": mean,
        "upper": upper,
        "highest": talib.MAX(high, 20),
        "lowest": talib.MIN(low, 20),
    }


def windows(data, bars):
    return [each[-bars:].copy() for each in columns(data)]


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
