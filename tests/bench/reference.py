"""The rule that all engines are held to, as a strategy of the desk: PERF's reference.

Only here, for benches and their tests. It ignores crosses while its own trade runs, which a
strategy of the desk never does (there an opposite entry closes and reverses): so it follows its
own trades with a loop of its own and shows the desk only the entries it means. What becomes of
them is the desk's answer alone.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import NDArray

from markets.sessions import AlwaysOpen
from risk.states import Terms
from strategies.base import Strategy, column, decision_frame
from strategies.indicators import Flags, Floats, atr, crossed_above, crossed_below, ema, rsi
from strategies.levels import LevelRule
from strategies.rules import Readings, Rules

RULE = LevelRule(sl_mode="atrx", sl_value=1.0, tp_mode="atrx", tp_value=2.0)
NEVER = 1_000_000  # minutes: it knows no expiry
UNROUNDED = 9  # digits: it knows no price grid


def reference_terms(code: str = "EURUSD", *, digits: int = UNROUNDED) -> Terms:
    """No expiry, no grid of prices, no holes: for minutes put side by side."""
    return Terms(
        symbol=code,
        pip=0.01 if code.endswith("JPY") else 0.0001,
        digits=digits,
        bar_length=timedelta(minutes=1),
        rule=RULE,
        expiry_minutes=NEVER,
        calendar=AlwaysOpen(),
    )


@dataclass(frozen=True, kw_only=True)
class Reference(Strategy):
    """EMA 12 crosses EMA 26 and RSI 14 agrees; `waits`: not while its own trade runs."""

    slug: ClassVar[str] = "reference"
    title: ClassVar[str] = "The reference rule"
    takes_slim: ClassVar[bool] = True
    plots: ClassVar = ()
    fast: int = 12
    slow: int = 26
    waits: bool = True
    only: int = 0  # 1: longs only, -1: shorts only

    @property
    def memory(self) -> int:
        return 0

    @property
    def warmup(self) -> int:
        return 60

    def decisions(self, bars: pd.DataFrame) -> pd.DataFrame:
        high, low, close = column(bars, "high"), column(bars, "low"), column(bars, "close")
        fast, slow, gate = ema(close, self.fast), ema(close, self.slow), rsi(close, 14)
        span = atr(high, low, close, 14)
        buy, sell = crossed_above(fast, slow), crossed_below(fast, slow)
        buy &= gate > 50.0
        sell &= gate < 50.0
        buy[: len(bars) if self.only < 0 else self.warmup] = False
        sell[: len(bars) if self.only > 0 else self.warmup] = False
        if self.waits:
            buy, sell = while_flat(bars, buy, sell, span)
        return decision_frame(
            bars,
            warmup=self.warmup,
            buy=buy,
            sell=sell,
            known=np.ones(len(bars), dtype=np.bool_),
            confidence=np.broadcast_to(1.0, len(bars)),
            atr=span,
            evidence={},
        )

    def rules(self, now: Readings, before: Readings) -> Rules:
        raise NotImplementedError("the reference rule is never shown on a page")


def while_flat(bars: pd.DataFrame, buy: Flags, sell: Flags, span: Floats) -> tuple[Flags, Flags]:
    """Those entries that come while no trade of an earlier one runs."""
    names = ("high", "low", "close", "ask_high", "ask_low", "ask_close")
    row = np.flatnonzero(buy | sell)
    is_hidden = ~_meant(row, buy[row], span, *(column(bars, name) for name in names))
    hidden = row[is_hidden]
    buy[hidden] = sell[hidden] = False
    return buy, sell


@njit(cache=True, nogil=True)
def _meant(
    rows: NDArray[np.int64],
    is_buy: Flags,
    span: Floats,
    high: Floats,
    low: Floats,
    close: Floats,
    ask_high: Floats,
    ask_low: Floats,
    ask_close: Floats,
) -> Flags:
    """Whether each entry finds the rule flat: no level of the trade before is still ahead."""
    meant = np.zeros(len(rows), dtype=np.bool_)
    flat = 0  # the bar from which on it is
    for place, row in enumerate(rows):
        if row < flat:
            continue
        meant[place] = True
        flat = row + 1
        if is_buy[place]:
            stop, target = ask_close[row] - span[row], ask_close[row] + 2.0 * span[row]
            while flat < len(close) and low[flat] > stop and high[flat] < target:
                flat += 1
        else:
            stop, target = close[row] + span[row], close[row] - 2.0 * span[row]
            while flat < len(close) and ask_high[flat] < stop and ask_low[flat] > target:
                flat += 1
    return meant
