"""What the engine writes: runs, how far each config got, signals, positions, ticks."""

from signals.models.position import Position
from signals.models.run import Run, Track
from signals.models.signal import Signal, SignalQuerySet
from signals.models.signal_count import SignalCount
from signals.models.tick import Tick

__all__ = [
    "Position",
    "Run",
    "Signal",
    "SignalCount",
    "SignalQuerySet",
    "Tick",
    "Track",
]
