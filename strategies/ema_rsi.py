"""ema_rsi: follow the trend when two EMAs cross and RSI agrees."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from strategies.base import Strategy, column, decision_frame
from strategies.indicators import (
    Flags,
    Floats,
    atr,
    crossed_above,
    crossed_below,
    ema,
    ema_memory,
    rsi,
    saturate,
    wilder_memory,
)
from strategies.parameters import SettingError, setting
from strategies.rules import Plot, Readings, Rule, Rules, above, crossed, shown

ATR_PERIOD = 14  # bars


@dataclass(frozen=True, kw_only=True)
class EmaRsi(Strategy):
    """Follow the fast EMA when it crosses the slow one and RSI agrees.

    BUY when the fast EMA crosses above the slow one while RSI is above the gate, SELL mirrored. A
    cross ends an opposite position whatever the gate says.
    Confidence: the mean of two parts, each 0 at zero and 0.5 at its half-way point: how far RSI is
    from the gate (half-way 6 points) and how fast the EMAs parted on this bar (half-way 0.1 ATR).
    """

    slug: ClassVar[str] = "ema_rsi"
    title: ClassVar[str] = "EMA cross with RSI gate"
    takes_slim: ClassVar[bool] = True
    takes_many: ClassVar[bool] = True
    plots: ClassVar[tuple[Plot, ...]] = (
        Plot("ema_fast", "Fast EMA"),
        Plot("ema_slow", "Slow EMA"),
        Plot("rsi", "RSI", pane="RSI"),
    )
    fast: int = setting(12, help="Period of the fast EMA.", unit="bars", minimum=2, maximum=500)
    slow: int = setting(26, help="Period of the slow EMA.", unit="bars", minimum=3, maximum=1000)
    rsi_period: int = setting(14, help="Period of RSI.", unit="bars", minimum=2, maximum=200)
    gate: float = setting(
        50.0,
        help="BUY needs RSI above this, SELL needs RSI below it.",
        unit="RSI points",
        minimum=0,
        maximum=100,
    )

    def __post_init__(self) -> None:
        if self.fast >= self.slow:
            raise SettingError("fast", f"fast must be shorter than slow ({self.slow} bars)")

    @property
    def memory(self) -> int:
        return max(ema_memory(self.slow), wilder_memory(self.rsi_period), wilder_memory(ATR_PERIOD))

    def decisions(self, bars: pd.DataFrame) -> pd.DataFrame:
        high, low, close = column(bars, "high"), column(bars, "low"), column(bars, "close")
        fast, slow = ema(close, self.fast), ema(close, self.slow)
        momentum, volatility = rsi(close, self.rsi_period), atr(high, low, close, ATR_PERIOD)
        up, down = crossed_above(fast, slow), crossed_below(fast, slow)
        return decision_frame(
            bars,
            warmup=self.warmup,
            buy=up & (momentum > self.gate),
            sell=down & (momentum < self.gate),
            exit_long=down,
            exit_short=up,
            known=np.isfinite(fast) & np.isfinite(slow) & np.isfinite(momentum),
            confidence=self._confidence(up | down, fast - slow, momentum, volatility),
            atr=volatility,
            evidence={"ema_fast": fast, "ema_slow": slow, "rsi": momentum},
        )

    def _confidence(
        self, crosses: Flags, apart: Floats, momentum: Floats, volatility: Floats
    ) -> Floats:
        """On the bars of crosses; elsewhere it is not asked for."""
        row, result = np.nonzero(crosses), np.full(apart.shape, np.nan)
        before = (*row[:-1], row[-1] - 1)
        speed, strength = np.abs(apart[row] - apart[before]), np.abs(momentum[row] - self.gate)
        with np.errstate(divide="ignore", invalid="ignore"):
            speed /= volatility[row]
            result[row] = (saturate(strength, 6.0) + saturate(speed, 0.1)) / 2
        return result

    def rules(self, now: Readings, before: Readings) -> Rules:
        up, down = self._cross(now, before, "above"), self._cross(now, before, "below")
        rsi_now, name = now.get("rsi"), f"RSI {self.rsi_period}"
        strong = Rule(f"{name} above {self.gate:g}", shown(rsi_now, 2), above(rsi_now, self.gate))
        weak = Rule(f"{name} below {self.gate:g}", shown(rsi_now, 2), above(self.gate, rsi_now))
        return {
            "BUY": (up, strong),
            "SELL": (down, weak),
            "LEAVE BUY": (down,),
            "LEAVE SELL": (up,),
        }

    def _cross(self, now: Readings, before: Readings, side: str) -> Rule:
        upper, lower = ("ema_fast", "ema_slow") if side == "above" else ("ema_slow", "ema_fast")
        is_so, was_so = (above(bar.get(upper), bar.get(lower)) for bar in (now, before))
        fast, slow = shown(now.get("ema_fast")), shown(now.get("ema_slow"))
        crossing = crossed(is_so, was_so)
        already = ", as on the bar before" if is_so and was_so else ""
        text = f"EMA {self.fast} crosses {side} EMA {self.slow}"
        return Rule(text, f"{fast} against {slow}{already}", crossing)
