"""Cost sensitivity: what the spread leaves of it."""

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from backtests.checks.base import Check, Finding, Subject
from backtests.engine import backtest
from backtests.trades import Floats
from risk.statistics import MINIMUM

SIDES = ("open", "high", "low", "close")


@dataclass(frozen=True, kw_only=True)
class Costs(Check):
    """Backtest it with several times the bars' own spread, by the engine every backtest uses.

    Neither right nor wrong, so it never fails: most strategies die of costs, and this one should
    be known before it is switched on.
    """

    slug: ClassVar[str] = "costs"
    title: ClassVar[str] = "What the spread leaves"
    times: tuple[float, ...] = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)  # the bars' own spread
    most_bars: int = 50_000

    def look(self, subject: Subject) -> Finding:
        bars = subject.bars.iloc[-self.most_bars :]
        results = [self._results(subject, with_spread(bars, times)) for times in self.times]
        least, own = min(map(len, results)), len(results[self.times.index(1.0)])
        typical = float((bars["ask_close"] - bars["close"]).median()) / subject.terms.pip
        means = [float(result.mean()) if len(result) else None for result in results]
        shown = dict(zip((f"{times:g}" for times in self.times), means, strict=True))
        numbers = {"spread_pips": typical, "trades": own, "expectancy_r": shown}
        if least < MINIMUM:
            few = f"{least} closed trades are too few to tell (at least {MINIMUM})."
            return self.noted(few, **numbers)
        free, paid = (float(results[self.times.index(times)].mean()) for times in (0.0, 1.0))
        even = break_even(self.times, [mean for mean in means if mean is not None])
        eaten = (free - paid) / free if free > 0 else None
        numbers |= {"break_even_times": even, "eaten": eaten}
        return self.noted(
            f"Expectancy {free:+.3f} R a trade without spread, {paid:+.3f} R with it (median "
            f"{typical:.2f} pips, {own:,} trades); {_even_said(even, self.times)}"
            f"{_eaten_said(eaten)}.",
            **numbers,
        )

    def _results(self, subject: Subject, bars: pd.DataFrame) -> Floats:
        """R of every closed trade, unknown ones left out."""
        trades = backtest(bars, strategy=subject.strategy, terms=subject.terms).trades
        return trades.r[trades.is_taken]


def with_spread(bars: pd.DataFrame, times: float) -> pd.DataFrame:
    """`bars` with every ask moved to `times` its distance from the bid."""
    asks = {
        f"ask_{side}": bars[side] + times * (bars[f"ask_{side}"] - bars[side]) for side in SIDES
    }
    return bars.assign(**asks)


def break_even(times: tuple[float, ...], means: list[float]) -> float | None:
    """The first multiple of the spread, by straight lines, with an expectancy of zero.

    0.0 where it loses even without a spread, None where it earns with the largest one tried.
    """
    if means[0] <= 0:
        return 0.0
    for place in range(1, len(means)):
        left, right = means[place - 1], means[place]
        if right <= 0:
            step = times[place] - times[place - 1]
            return times[place - 1] + step * left / (left - right)
    return None


def _even_said(even: float | None, times: tuple[float, ...]) -> str:
    if even is None:
        return f"it still earns at {times[-1]:g} times the spread"
    return f"it breaks even at {even:.2f} times the spread" if even else "it loses without any cost"


def _eaten_said(eaten: float | None) -> str:
    if eaten is None:
        return ""
    part = f"{eaten:.0%}" if eaten < 1 else "more than all"
    return f"; the spread eats {part} of what it would earn without"
