"""What the engine writes: runs, how far each config got, signals, positions, ticks, checks."""

from signals.models.journal import Journal
from signals.models.parity import Difference, ParityCheck
from signals.models.position import Position
from signals.models.price_seen import PriceSeen
from signals.models.run import Run, Track
from signals.models.signal import Signal, SignalQuerySet
from signals.models.signal_count import SignalCount
from signals.models.tick import Tick

__all__ = [
    "Difference",
    "Journal",
    "ParityCheck",
    "Position",
    "PriceSeen",
    "Run",
    "Signal",
    "SignalCount",
    "SignalQuerySet",
    "Tick",
    "Track",
]
