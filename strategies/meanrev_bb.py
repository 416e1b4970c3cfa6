"""meanrev_bb: fade a stretched price while there is no trend."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from strategies.base import Strategy, column, decision_frame
from strategies.indicators import adx, adx_memory, atr, saturate, wilder_memory, zscore
from strategies.parameters import SettingError, setting

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
        z, trend = zscore(close, self.period), adx(high, low, close, self.adx_period)
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
            evidence={"z": z, "adx": trend},
        )
