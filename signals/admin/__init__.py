"""The desk's records, to read: nothing here can be edited."""

from signals.admin.records import PositionAdmin, RunAdmin, SignalCountAdmin, TickAdmin, TrackAdmin
from signals.admin.signal import SignalAdmin

__all__ = [
    "PositionAdmin",
    "RunAdmin",
    "SignalAdmin",
    "SignalCountAdmin",
    "TickAdmin",
    "TrackAdmin",
]
