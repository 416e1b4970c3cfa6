"""What judged signals came to: used by the track record and by backtests alike."""

from risk.statistics.drawdown import Equity, equity
from risk.statistics.figures import MINIMUM, Figures, figures
from risk.statistics.guards import Blocked, GuardEffect, guard_effects
from risk.statistics.intervals import BOOTSTRAP, CONFIDENCE, Interval
from risk.statistics.ratios import BASIS
from risk.statistics.sample import Sample

__all__ = [
    "BASIS",
    "BOOTSTRAP",
    "CONFIDENCE",
    "MINIMUM",
    "Blocked",
    "Equity",
    "Figures",
    "GuardEffect",
    "Interval",
    "Sample",
    "equity",
    "figures",
    "guard_effects",
]
