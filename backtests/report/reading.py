"""A finished backtest as values: everything its page and its report tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from backtests.plan import Plan
from backtests.report.account import gained
from backtests.report.groups import CUTS, Group, groups
from backtests.report.histogram import Histogram, histogram
from backtests.report.warnings import Warned, warnings
from backtests.results import Money, money, taken
from backtests.trades import Trades
from risk.statistics import (
    Blocked,
    Equity,
    Figures,
    GuardEffect,
    Sample,
    equity,
    figures,
    guard_effects,
)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What one run found, read as far as somebody asks."""

    plan: Plan
    trades: Trades
    guards: Sequence[str]  # slugs, in the order of the bits of `trades.refused`
    left_out: Sequence[str]
    bars: Sequence[Mapping[str, Any]]  # per symbol
    is_demo: bool
    trials: int = 0  # of its sweep

    @cached_property
    def sample(self) -> Sample:
        return taken(self.trades)

    @cached_property
    def figures(self) -> Figures:
        return figures(self.sample)

    @cached_property
    def account(self) -> Money:
        return money(self.sample, capital=self.plan.capital, risk_pct=self.plan.risk_pct)

    @cached_property
    def equity(self) -> Equity:
        return equity(self.sample)

    @cached_property
    def gained(self) -> Equity:
        return gained(self.sample, self.plan)

    @cached_property
    def histogram(self) -> Histogram | None:
        return histogram(self.sample)

    @cached_property
    def warnings(self) -> tuple[Warned, ...]:
        return warnings(
            self.trades, self.plan, self.figures, trials=self.trials, is_demo=self.is_demo
        )

    @property
    def open_at_end(self) -> int:
        return sum(each["open_at_end"] for each in self.bars)

    @cached_property
    def refused(self) -> int:
        return int((self.trades.refused != 0).sum())

    @cached_property
    def undecided(self) -> int:
        trades = self.trades
        return int(((trades.refused == 0) & np.isnan(trades.r)).sum())

    @property
    def others(self) -> str:
        """What is in none of the figures: "1 open at the end, 12 blocked"."""
        counts = {
            "open at the end": self.open_at_end,
            "blocked": self.refused,
            "undecided": self.undecided,
        }
        return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)

    def groups(self, cut: str) -> tuple[Group, ...]:
        """The results cut by one of CUTS."""
        return tuple(groups(self.trades, self.plan, cut))

    @cached_property
    def cuts(self) -> tuple[str, ...]:
        """Those of CUTS that tell something here: one symbol is no cut."""
        return tuple(cut for cut in CUTS if cut != "symbol" or len(self.plan.symbols) > 1)

    @cached_property
    def effects(self) -> tuple[GuardEffect, ...]:
        """What each guard refused, and what that would have come to."""
        shadows = self.trades.where(self.trades.refused != 0)
        rows = zip(shadows.refused.tolist(), shadows.r.tolist(), strict=True)
        blocked = [Blocked(guards=self._of(bits), r=_known(r)) for bits, r in rows]
        return tuple(guard_effects(blocked))

    def _of(self, bits: int) -> tuple[str, ...]:
        return tuple(slug for bit, slug in enumerate(self.guards) if bits >> bit & 1)


def _known(r: float) -> float | None:
    return None if np.isnan(r) else r
