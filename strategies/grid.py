"""The price grid of a symbol: whole ticks, of one price or of arrays, in Python and compiled."""

from typing import Any

import numpy as np


def ticks(price: Any, scale: float) -> Any:
    """`price` in whole ticks of 1 / `scale`, half a tick up; NaN stays NaN.

    Exactly what ROUND_HALF_UP makes of the price's shortest decimal, to 15 digits: quotients of
    whole numbers are rounded correctly, so the middle between two ticks is a float of its own.
    """
    whole = floored(price * scale)
    return whole + (price >= (whole + 0.5) / scale)


def on_grid(price: Any, scale: float) -> Any:
    """`price` rounded to whole ticks."""
    return ticks(price, scale) / scale


def floored(value: Any) -> Any:
    """The whole number below; NaN of what is infinite.

    np.floor takes a column in no time but a single number slowly, so that one is divided.
    """
    return np.floor(value) + 0.0 * value if isinstance(value, np.ndarray) else value // 1.0
