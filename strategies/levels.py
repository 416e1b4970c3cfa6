"""Where price, stop and target of an entry lie: one formula, for one bar or for columns of them.

The one door from float prices to the Decimal levels of a signal.
"""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import numpy as np

from strategies.grid import floored, ticks

NEAR_HALF = 1e-6  # ticks; the product of two floats is a million times nearer to the true one


@dataclass(frozen=True, kw_only=True)
class LevelRule:
    """How far stop and target lie from the price: in pips, or as a multiple of ATR."""

    sl_mode: str  # "pips" or "atrx"
    sl_value: Decimal | float
    tp_mode: str
    tp_value: Decimal | float | None  # None: no target


@dataclass(frozen=True)
class Levels:
    """Price, stop and target of a signal, on the symbol's price grid."""

    price: Decimal
    sl: Decimal
    tp: Decimal | None

    @property
    def risk(self) -> Decimal:
        """R: distance from price to stop, in price units."""
        return abs(self.price - self.sl)


class Laid(NamedTuple):
    """Levels in whole ticks, floats or arrays of one length; NaN where undefined."""

    price: Any
    stop: Any  # distances
    target: Any  # NaN as well where there is none
    sl: Any
    tp: Any
    is_whole: Any  # bool: whether they make an entry


def to_price(value: Decimal | float, digits: int) -> Decimal:
    """`value` with `digits` decimals; a half tick is rounded away from zero (ROUND_HALF_UP)."""
    if not math.isfinite(value):
        raise ValueError("price is undefined")
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def lay(rule: LevelRule, *, side: Any, price: Any, atr: Any, pip: float, digits: int) -> Laid:
    """Levels of entries at `price`, the tradable side at bar close (ask BUY, bid SELL).

    `side` is 1 for BUY, -1 for SELL; `atr` and `pip` in price units. Price and distances are each
    rounded to `digits` with ROUND_HALF_UP before they are added, so a SELL is the exact mirror of
    a BUY. There is no entry where ATR is needed and undefined, where a distance is less than one
    tick, or where a level would not be above zero.
    """
    entry = ticks(price, 10.0**digits)
    stop = _distance(rule.sl_mode, rule.sl_value, atr=atr, pip=pip, digits=digits)
    sl, tp, target = entry - side * stop, math.nan * entry, math.nan
    is_whole = (stop > 0) & (sl > 0)
    if rule.tp_value is not None:
        target = _distance(rule.tp_mode, rule.tp_value, atr=atr, pip=pip, digits=digits)
        tp = entry + side * target
        is_whole = is_whole & (target > 0) & (tp > 0)
    return Laid(entry, stop, target, sl, tp, is_whole)


def levels(
    rule: LevelRule, *, action: str, price: float, atr: float, pip: float, digits: int
) -> Levels:
    """The levels of one BUY or SELL, as `lay` has them.

    The stop of a trailing strategy is its initial one. Raises ValueError where there is no entry.
    """
    if action not in ("BUY", "SELL"):
        raise ValueError(f"levels are for BUY and SELL, not {action}")
    side = 1 if action == "BUY" else -1
    laid = lay(rule, side=side, price=price, atr=atr, pip=pip, digits=digits)
    if not laid.is_whole:
        raise ValueError(_missing(rule, laid))
    has_target = rule.tp_value is not None
    return Levels(
        price=of_ticks(laid.price, digits),
        sl=of_ticks(laid.sl, digits),
        tp=of_ticks(laid.tp, digits) if has_target else None,
    )


def of_ticks(count: float, digits: int) -> Decimal:
    """The price of so many whole ticks."""
    return Decimal(int(count)).scaleb(-digits)


def _distance(mode: str, value: Decimal | float, *, atr: Any, pip: float, digits: int) -> Any:
    """`value` pips or ATRs in whole ticks; NaN while ATR is undefined."""
    if mode != "atrx":
        return _exact(value, pip, digits)
    product = float(value) * atr
    found, scaled = ticks(product, 10.0**digits), product * 10.0**digits
    halves = abs(scaled - floored(scaled) - 0.5) < NEAR_HALF  # a float may err there
    if not isinstance(halves, np.ndarray):
        return _exact(value, atr, digits) if halves else found
    found[halves] = [_exact(value, each, digits) for each in atr[halves].tolist()]
    return found


def _exact(value: Decimal | float, unit: float, digits: int) -> float:
    """`value` x `unit` in whole ticks, multiplied as decimals."""
    ticks_of = Decimal(str(value)) * Decimal(str(unit)) * 10**digits
    return float(ticks_of.quantize(Decimal(1), ROUND_HALF_UP))


def _missing(rule: LevelRule, laid: Laid) -> str:
    """Why there is no entry."""
    if math.isnan(laid.price):
        return "price is undefined"
    distances = [("stop", laid.stop)]
    if rule.tp_value is not None:
        distances.append(("target", laid.target))
    for what, distance in distances:
        if math.isnan(distance):
            return "ATR is undefined"
        if distance <= 0:
            return f"{what} is closer than one tick"
    return "stop or target would not be above zero"
