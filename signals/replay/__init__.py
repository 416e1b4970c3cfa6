"""Computing again what a track decided, from what it saw, by the code that decides now."""

from signals.replay.core import Replay, load, replay
from signals.replay.minute import Minute
from signals.replay.segments import Segment
from signals.replay.views import View, as_final, as_stored, in_order, known_by

__all__ = [
    "Minute",
    "Replay",
    "Segment",
    "View",
    "as_final",
    "as_stored",
    "in_order",
    "known_by",
    "load",
    "replay",
]
