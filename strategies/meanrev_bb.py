"""meanrev_bb: fade a stretched price while there is no trend."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from strategies.base import Strategy, column, decision_frame
from strategies.indicators import (
    adx,
    adx_memory,
    atr,
    bollinger,
    deviations,
    saturate,
    wilder_memory,
)
from strategies.parameters import SettingError, setting
from strategies.rules import Plot, Readings, Rule, Rules, above, anew, shown

ATR_PERIOD = 14  # bars


@dataclass(frozen=True, kw_only=True)
class MeanRevBb(Strategy):
    """Fade a close outside its Bollinger band while ADX says there is no trend.

    With z = (close - mean) / deviation over `period` bars: BUY when z < -entry and ADX is below the
    gate, SELL when z > entry. A long ends when z >= -exit, a short when z <= exit, whatever ADX
    says; exit 0 waits for the mean itself.
    Confidence: the mean of two parts: how far z is beyond the entry (0.5 at 0.3 deviations) and how
    far ADX is below its gate (0 at the gate, 1 at ADX 0).
    """

    slug: ClassVar[str] = "meanrev_bb"
    title: ClassVar[str] = "Bollinger mean reversion with ADX gate"
    takes_slim: ClassVar[bool] = True
    takes_many: ClassVar[bool] = True
    plots: ClassVar[tuple[Plot, ...]] = (
        Plot("mean", "Bollinger mean"),
        Plot("upper", "Upper entry band"),
        Plot("lower", "Lower entry band"),
        Plot("adx", "ADX", pane="ADX"),
    )
    period: int = setting(20, help="Bars of the bands.", unit="bars", minimum=5, maximum=500)
    entry: float = setting(
        2.0,
        help="Enter when the close is further than this from the mean.",
        unit="deviations",
        minimum=0.5,
        maximum=6,
    )
    exit: float = setting(
        0.0,
        help="Leave when the close is back within this of the mean; 0 waits for the mean.",
        unit="deviations",
        minimum=0,
        maximum=5,
    )
    adx_period: int = setting(14, help="Period of ADX.", unit="bars", minimum=2, maximum=100)
    adx_gate: float = setting(
        25.0, help="Enter only while ADX is below this.", unit="ADX points", minimum=1, maximum=100
    )

    def __post_init__(self) -> None:
        if self.exit >= self.entry:
            raise SettingError("exit", f"exit must be smaller than entry ({self.entry:g})")

    @property
    def memory(self) -> int:
        return max(self.period, adx_memory(self.adx_period), wilder_memory(ATR_PERIOD))

    def decisions(self, bars: pd.DataFrame) -> pd.DataFrame:
        high, low, close = column(bars, "high"), column(bars, "low"), column(bars, "close")
        mean, deviation = bollinger(close, self.period)
        z, trend = deviations(close, mean, deviation), adx(high, low, close, self.adx_period)
        calm = trend < self.adx_gate
        stretch, calmness = np.abs(z) - self.entry, 1 - trend / self.adx_gate
        return decision_frame(
            bars,
            warmup=self.warmup,
            buy=(z < -self.entry) & calm,
            sell=(z > self.entry) & calm,
            exit_long=z >= -self.exit,
            exit_short=z <= self.exit,
            known=np.isfinite(z + trend),
            confidence=(saturate(stretch, 0.3) + calmness) / 2,
            atr=atr(high, low, close, ATR_PERIOD),
            evidence={
                "z": z,
                "adx": trend,
                "mean": mean,
                "upper": mean + self.entry * deviation,
                "lower": mean - self.entry * deviation,
            },
        )

    def rules(self, now: Readings, before: Readings) -> Rules:
        z = now.get("z")
        back_up = Rule(
            f"Close no more than {self.exit:g} deviations below the mean",
            f"{shown(z, 2)} deviations",
            None if z is None else z >= -self.exit,
        )
        back_down = Rule(
            f"Close no more than {self.exit:g} deviations above the mean",
            f"{shown(z, 2)} deviations",
            None if z is None else z <= self.exit,
        )
        return {
            "BUY": (*self._stretched(now, "below"), anew(self._stretched(before, "below"))),
            "SELL": (*self._stretched(now, "above"), anew(self._stretched(before, "above"))),
            "LEAVE BUY": (back_up,),
            "LEAVE SELL": (back_down,),
        }

    def _stretched(self, bar: Readings, side: str) -> tuple[Rule, Rule]:
        z, trend = bar.get("z"), bar.get("adx")
        text = f"Close more than {self.entry:g} deviations {side} the mean of {self.period} bars"
        far = above(z, self.entry) if side == "above" else above(-self.entry, z)
        calm = Rule(
            f"ADX {self.adx_period} below {self.adx_gate:g}",
            shown(trend, 2),
            above(self.adx_gate, trend),
        )
        return Rule(text, f"{shown(z, 2)} deviations", far), calm
