"""The track record: what the live signals came to, read from what was stored when each ended."""

from signals.track_record.asked import BASES, RANGES, SOURCES, Asked
from signals.track_record.cuts import CUTS, DELAY, EXTRAS, GUARD, STANDING
from signals.track_record.form import RecordForm, asked_of
from signals.track_record.kept import kept_record
from signals.track_record.notice import DEMO, FOUND_LATE, HINDSIGHT, HYPOTHETICAL
from signals.track_record.record import Group, LeftOut, TrackRecord, track_record

__all__ = [
    "BASES",
    "CUTS",
    "DELAY",
    "DEMO",
    "EXTRAS",
    "FOUND_LATE",
    "GUARD",
    "HINDSIGHT",
    "HYPOTHETICAL",
    "RANGES",
    "SOURCES",
    "STANDING",
    "Asked",
    "Group",
    "LeftOut",
    "RecordForm",
    "TrackRecord",
    "asked_of",
    "kept_record",
    "track_record",
]
