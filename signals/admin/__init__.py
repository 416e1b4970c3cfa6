"""The desk's records, to read: nothing here can be edited."""

from signals.admin.looking_back import (
    DifferenceAdmin,
    JournalAdmin,
    ParityCheckAdmin,
    PriceSeenAdmin,
)
from signals.admin.records import PositionAdmin, RunAdmin, SignalCountAdmin, TickAdmin, TrackAdmin
from signals.admin.signal import SignalAdmin

__all__ = [
    "DifferenceAdmin",
    "JournalAdmin",
    "ParityCheckAdmin",
    "PositionAdmin",
    "PriceSeenAdmin",
    "RunAdmin",
    "SignalAdmin",
    "SignalCountAdmin",
    "TickAdmin",
    "TrackAdmin",
]
