"""The figures of two configs side by side, in words."""

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.shadow.comparing import Compared
from risk.statistics import Figures
from risk.telling.words import r_range, r_text, ratio_text, share_text

TOLD: dict[str, Callable[[Figures], str]] = {
    "Results": lambda f: f"{f.n:,}",
    "Win rate": lambda f: share_text(f.win_rate, n=f.n),
    "Expectancy": lambda f: r_text(f.expectancy_r),
    "95% interval": lambda f: r_range(f.expectancy_interval) or "-",
    "Sum": lambda f: r_text(f.r_sum),
    "Profit factor": lambda f: ratio_text(f.profit_factor),
    "Max drawdown": lambda f: r_text(f.max_drawdown_r),
}


@dataclass(frozen=True)
class Line:
    label: str
    live: str
    shadow: str


def lines(found: Compared) -> tuple[Line, ...]:
    """One line for each figure."""
    pairs = (
        (label, say(found.live_figures), say(found.shadow_figures)) for label, say in TOLD.items()
    )
    return tuple(Line(*each) for each in pairs)
