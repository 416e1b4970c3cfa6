"""What a check is: a frozen dataclass of settings that looks at one strategy on some bars."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import pandas as pd

from risk.states import Terms
from strategies.base import Strategy

ENTRIES = ["buy", "sell"]
FLAGS = ["buy", "sell", "exit_long", "exit_short"]

Verdict = Literal["pass", "fail", "note"]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A strategy, and closed bars (as in markets.frames) to try it on."""

    strategy: Strategy
    bars: pd.DataFrame
    terms: Terms  # how its entries become positions

    @property
    def warmup(self) -> int:
        return self.strategy.warmup


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check found; `fault` finishes "Do not run: it ...", "" unless it failed."""

    check: str  # slug
    verdict: Verdict
    text: str
    fault: str = ""
    numbers: dict[str, Any] = field(default_factory=dict)  # JSON-safe


@dataclass(frozen=True, kw_only=True)
class Check(ABC):
    """One question to a strategy. Fields are its settings."""

    slug: ClassVar[str]
    title: ClassVar[str]
    is_basic: ClassVar[bool] = False  # where it fails, the other checks would stumble

    @abstractmethod
    def look(self, subject: Subject) -> Finding:
        """What it found on the bars of `subject`; the bars are not changed."""

    def passed(self, text: str, **numbers: Any) -> Finding:
        """All is well, in words that say how much was looked at."""
        return Finding(check=self.slug, verdict="pass", text=text, numbers=numbers)

    def failed(self, text: str, fault: str, **numbers: Any) -> Finding:
        """A reason not to run it."""
        return Finding(check=self.slug, verdict="fail", text=text, fault=fault, numbers=numbers)

    def noted(self, text: str, **numbers: Any) -> Finding:
        """Something to know that makes it neither right nor wrong."""
        return Finding(check=self.slug, verdict="note", text=text, numbers=numbers)
