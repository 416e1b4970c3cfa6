"""What a backtest is asked for: values only, and the same as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from markets.frames import Timeframe
from strategies.levels import LevelRule


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What trading costs beside the price. Spread is on by default: without it every test flatters.

    `spread_pips` None: as the bars have it, from ask quotes or the symbol's typical spread.
    """

    spread_pips: float | None = None
    slippage_pips: float = 0.0  # lost on each fill at market; a target is a limit and slips not
    commission_pips: float = 0.0  # a round trip: 7 USD a lot is 0.7 where a pip is worth 10 USD


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One strategy with its settings, over some symbols and a period.

    Entries are decided on bars that open in [start, end), all times UTC.
    """

    symbols: tuple[str, ...]
    feed: str
    timeframe: Timeframe = Timeframe.M1
    start: datetime
    end: datetime
    strategy: str  # slug
    parameters: Mapping[str, Any] = field(default_factory=dict)  # those left out: their defaults
    sl_mode: str = "atrx"
    sl_value: float = 3.0
    tp_mode: str = "atrx"
    tp_value: float | None = 4.5
    min_confidence: float = 0.0
    expiry_bars: int = 120
    guards: Mapping[str, Mapping[str, Any]] | None = None  # as in risk settings; None: no guards
    costs: Costs = Costs()
    capital: float = 10_000.0  # account currency
    risk_pct: float = 1.0  # percent of the capital at hand that one trade risks, from entry to stop

    @property
    def rule(self) -> LevelRule:
        """How stop and target lie."""
        return LevelRule(
            sl_mode=self.sl_mode,
            sl_value=self.sl_value,
            tp_mode=self.tp_mode,
            tp_value=self.tp_value,
        )

    def with_parameters(self, changed: Mapping[str, Any]) -> Self:
        """The same plan with some settings of the strategy, or of the plan itself, changed."""
        own = {name: value for name, value in changed.items() if name in TUNABLE}
        rest = {name: value for name, value in changed.items() if name not in TUNABLE}
        return replace(self, parameters={**self.parameters, **rest}, **own)

    def as_json(self) -> dict[str, Any]:
        """The plan as a row keeps it."""
        return asdict(self) | {
            "symbols": list(self.symbols),
            "timeframe": str(self.timeframe),
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Self:
        """The plan of `as_json`."""
        values = dict(kept)
        values["symbols"] = tuple(values["symbols"])
        values["timeframe"] = Timeframe(values["timeframe"])
        values["start"] = datetime.fromisoformat(values["start"])
        values["end"] = datetime.fromisoformat(values["end"])
        values["costs"] = Costs(**values["costs"])
        return cls(**values)


TUNABLE = ("sl_value", "tp_value", "min_confidence", "expiry_bars")
"""Settings of the plan itself that a sweep may vary beside the strategy's own."""
