"""Strategies with a planted fault each: what `check_strategy` is there to catch."""

import os
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from strategies.base import Strategy, column, decision_frame
from strategies.indicators import atr, ema
from strategies.rules import Readings, Rule, Rules, anew


@dataclass(frozen=True, kw_only=True)
class Planted(Strategy):
    """BUY when the close crosses above `line`, SELL when below; what `line` is, is planted."""

    slug: ClassVar[str] = "planted"
    title: ClassVar[str] = "Planted"
    plots = ()

    @property
    def memory(self) -> int:
        return 300

    def line(self, bars: pd.DataFrame) -> np.ndarray:
        """An honest one: the mean of the last 20 closes."""
        return bars["close"].rolling(20).mean().to_numpy()

    def decisions(self, bars: pd.DataFrame) -> pd.DataFrame:
        close, line = column(bars, "close"), np.asarray(self.line(bars), dtype=np.float64)
        volatility = atr(column(bars, "high"), column(bars, "low"), close, 14)
        known = np.isfinite(close + line + volatility)
        return decision_frame(
            bars,
            warmup=self.warmup,
            buy=known & (close > line),
            sell=known & (close < line),
            known=known,
            confidence=np.full(len(bars), 0.5),
            atr=volatility,
            evidence={"line": line},
        )

    def rules(self, now: Readings, before: Readings) -> Rules:
        return {
            side: (self._beyond(now, sign), anew((self._beyond(before, sign),)))
            for side, sign in (("BUY", 1), ("SELL", -1))
        }

    def _beyond(self, bar: Readings, sign: int) -> Rule:
        if any(bar.get(name) is None for name in ("close", "line", "atr")):
            return Rule("Close beyond the line", "not known", None)
        return Rule("Close beyond the line", "", sign * (bar["close"] - bar["line"]) > 0)


class NextClose(Planted):
    """The next bar's close, as `shift(-1)` brings it."""

    def line(self, bars):
        return bars["close"].shift(-1)


class Centred(Planted):
    """A rolling mean with the bar in its middle."""

    def line(self, bars):
        return bars["close"].rolling(21, center=True).mean()


class Normalised(Planted):
    """Closes measured by the mean and deviation of the whole frame."""

    def line(self, bars):
        close = bars["close"]
        return close.mean() + close.std() * np.sin(np.arange(len(bars)) / 50)


class UnclosedHour(Planted):
    """The close of the hour, filled into its first minute, before the hour closed."""

    def line(self, bars):
        return bars["close"].resample("h").last().reindex(bars.index, method="ffill")


class FrameHigh(Planted):
    """Below the highest high of the whole frame."""

    def line(self, bars):
        return bars["close"].rolling(20).mean() + (bars["high"].max() - bars["close"].max()) / 9


class HighestBar(Planted):
    """Where the highest bar of the whole frame lies."""

    def line(self, bars):
        top = int(bars["high"].argmax()) if len(bars) else 0
        return np.where(np.arange(len(bars)) < top, 0.9, 1.1) * bars["close"].rolling(5).mean()


class LongMemory(Planted):
    """An EMA of 150 bars behind a warm-up of 300."""

    def line(self, bars):
        return ema(column(bars, "close"), 150)


class Summed(Planted):
    """A sum over all bars so far, as in on-balance volume."""

    def line(self, bars):
        signs = np.sign(bars["close"].diff().fillna(0.0))
        return bars["close"] + 1e-5 * (signs.cumsum() % 7 - 3)


class Expanding(Planted):
    """The mean of all bars so far."""

    def line(self, bars):
        return bars["close"].expanding().mean()


class Random(Planted):
    """A coin is thrown for every bar."""

    def line(self, bars):
        return bars["close"] + np.random.default_rng().normal(0, 1e-4, len(bars))


class ByProcess(Planted):
    """Each process of the desk has its own opinion."""

    def line(self, bars):
        return bars["close"].rolling(20).mean() + 1e-6 * (os.getpid() % 97)


class Writer(Planted):
    """It rounds the closes it was given."""

    def line(self, bars):
        bars["close"] = bars["close"].round(3)
        return bars["close"].rolling(20).mean()


class Repeating(Planted):
    """It says BUY as long as the condition holds."""

    def decisions(self, bars):
        found = super().decisions(bars)
        return found.assign(buy=bars["close"].to_numpy() > found["line"], sell=False)


class Blind(Planted):
    """It takes an undefined close for zero, and an unknown ATR for none."""

    def decisions(self, bars):
        return super().decisions(bars.fillna(0.0)) if len(bars) > 20 else super().decisions(bars)


class Fragile(Planted):
    """It cannot do without bars."""

    def line(self, bars):
        return bars["close"].rolling(20).mean() + bars["close"].iloc[0] * 0


class Misspoken(Planted):
    """Its words have the sides the wrong way round."""

    def _beyond(self, bar, sign):
        return super()._beyond(bar, -sign)


LOOKING_AHEAD = (NextClose, Centred, Normalised, UnclosedHour, FrameHigh, HighestBar)
UNSTABLE = (LongMemory, Summed, Expanding)
OTHERS = {
    Random: "outside",
    ByProcess: "sameness",
    Writer: "sameness",
    Repeating: "shape",
    Blind: "undefined",
    Fragile: "undefined",
    Misspoken: "words",
}
