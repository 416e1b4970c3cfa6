"""donchian_atr: join a breakout and trail a stop behind it."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from strategies.base import Strategy, column, decision_frame
from strategies.indicators import (
    Flags,
    Floats,
    atr,
    highest_before,
    lowest_before,
    saturate,
    wilder_memory,
)
from strategies.parameters import setting
from strategies.rules import Plot, Readings, Rule, Rules, above, anew, shown
from strategies.supertrend import supertrend

ATR_PERIOD = 14  # bars
SUPERTREND_ROOM = 1000  # bars; three times what supertrend() was seen to need


@dataclass(frozen=True, kw_only=True)
class DonchianAtr(Strategy):
    """Join the breakout from the channel of the bars before, and trail a stop behind it.

    BUY when the close is above the highest high of the `channel` bars before this one, SELL when it
    is below their lowest low; with the filter on, only along the SuperTrend. Its own trailing stop
    ends the position, `trail_atr` x ATR 14 behind; there is no other exit.
    Confidence: how far the close broke out of the channel, 0 at its edge, 0.5 at 0.35 ATR beyond.
    """

    slug: ClassVar[str] = "donchian_atr"
    title: ClassVar[str] = "Donchian breakout with ATR trailing stop"
    trails: ClassVar[bool] = True
    takes_slim: ClassVar[bool] = True
    takes_many: ClassVar[bool] = True
    plots: ClassVar[tuple[Plot, ...]] = (
        Plot("highest", "Highest high before"),
        Plot("lowest", "Lowest low before"),
        Plot("supertrend", "SuperTrend"),
    )
    channel: int = setting(
        20,
        help="Bars before this one whose high and low make the channel.",
        unit="bars",
        minimum=2,
        maximum=500,
    )
    trail_atr: float = setting(
        3.0,
        help="Distance of the trailing stop.",
        unit="x ATR 14",
        minimum=0.5,
        maximum=20,
    )
    supertrend_filter: bool = setting(
        False, help="Enter only in the direction of the SuperTrend below."
    )
    supertrend_period: int = setting(
        10, help="ATR period of the SuperTrend.", unit="bars", minimum=2, maximum=100
    )
    supertrend_multiple: float = setting(
        3.0, help="Band width of the SuperTrend.", unit="x ATR", minimum=0.5, maximum=20
    )

    @property
    def memory(self) -> int:
        memory = max(self.channel + 2, wilder_memory(ATR_PERIOD))
        if self.supertrend_filter:  # it has no fixed memory: leave room
            memory = max(memory, SUPERTREND_ROOM, wilder_memory(self.supertrend_period))
        return memory

    def decisions(self, bars: pd.DataFrame) -> pd.DataFrame:
        high, low, close = column(bars, "high"), column(bars, "low"), column(bars, "close")
        top, bottom = highest_before(high, self.channel), lowest_before(low, self.channel)
        volatility = atr(high, low, close, ATR_PERIOD)
        line, with_buy, with_sell = self._filter(high, low, close)
        with np.errstate(divide="ignore", invalid="ignore"):
            breakout = np.maximum(close - top, bottom - close) / volatility
        return decision_frame(
            bars,
            warmup=self.warmup,
            buy=(close > top) & with_buy,
            sell=(close < bottom) & with_sell,
            known=np.isfinite(top),
            confidence=saturate(breakout, 0.35),
            atr=volatility,
            trail=self.trail_atr * volatility,
            evidence={
                "highest": top,
                "lowest": bottom,
                "supertrend": line,
                "supertrend_up": np.where(np.isfinite(line), with_buy, np.nan),
            },
        )

    def rules(self, now: Readings, before: Readings) -> Rules:
        return {
            side: (*self._breakout(now, side), anew(self._breakout(before, side)))
            for side in ("BUY", "SELL")
        }

    def _breakout(self, bar: Readings, side: str) -> tuple[Rule, ...]:
        close, is_buy = bar.get("close"), side == "BUY"
        edge = bar.get("highest" if is_buy else "lowest")
        what = "above the highest high" if is_buy else "below the lowest low"
        broke = Rule(
            f"Close {what} of the {self.channel} bars before",
            f"{shown(close)} against {shown(edge)}",
            above(close, edge) if is_buy else above(edge, close),
        )
        if not self.supertrend_filter:
            return (broke,)
        up = bar.get("supertrend_up")
        agrees = None if up is None else bool(up) is is_buy
        line = f"it points {'up' if up else 'down'}" if up is not None else "not known"
        return (broke, Rule(f"SuperTrend points {'up' if is_buy else 'down'}", line, agrees))

    def _filter(self, high: Floats, low: Floats, close: Floats) -> tuple[Floats, Flags, Flags]:
        """(line, buying allowed, selling allowed); both allowed where the filter is off."""
        if not self.supertrend_filter:
            allowed = np.ones(close.shape, dtype=np.bool_)
            return np.full(close.shape, np.nan), allowed, allowed
        line, is_up = supertrend(
            high, low, close, period=self.supertrend_period, multiple=self.supertrend_multiple
        )
        known = np.isfinite(line)
        return line, known & is_up, known & ~is_up
