"""The one door from float prices to the Decimal levels of a signal."""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


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


def to_price(value: Decimal | float, digits: int) -> Decimal:
    """`value` with `digits` decimals; a half tick is rounded away from zero (ROUND_HALF_UP)."""
    if not math.isfinite(value):
        raise ValueError("price is undefined")
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def levels(
    rule: LevelRule, *, action: str, price: float, atr: float, pip: float, digits: int
) -> Levels:
    """Levels of a BUY or SELL at `price`, the tradable side at bar close (ask BUY, bid SELL).

    `atr` and `pip` in price units. Price and distances are each rounded to `digits` with
    ROUND_HALF_UP before they are added, so a SELL is the exact mirror of a BUY. The stop of a
    trailing strategy is its initial one. Raises ValueError when ATR is needed and undefined, when a
    distance is less than one tick, or when a level would not be above zero.
    """
    if action not in ("BUY", "SELL"):
        raise ValueError(f"levels are for BUY and SELL, not {action}")
    side = 1 if action == "BUY" else -1
    entry = to_price(price, digits)
    stop = _distance(rule.sl_mode, rule.sl_value, atr=atr, pip=pip, digits=digits, what="stop")
    tp = None
    if rule.tp_value is not None:
        target = _distance(
            rule.tp_mode, rule.tp_value, atr=atr, pip=pip, digits=digits, what="target"
        )
        tp = entry + side * target
    found = Levels(price=entry, sl=entry - side * stop, tp=tp)
    if found.sl <= 0 or (tp is not None and tp <= 0):
        raise ValueError("stop or target would not be above zero")
    return found


def _distance(
    mode: str, value: Decimal | float, *, atr: float, pip: float, digits: int, what: str
) -> Decimal:
    unit = atr if mode == "atrx" else pip
    if not math.isfinite(unit):
        raise ValueError("ATR is undefined")
    distance = to_price(Decimal(str(value)) * Decimal(str(unit)), digits)
    if distance <= 0:
        raise ValueError(f"{what} is closer than one tick")
    return distance
