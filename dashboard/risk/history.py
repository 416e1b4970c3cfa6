"""The versions of the risk settings with what each changed, and going back to one."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice, zip_longest

from risk.models import RiskVersion
from risk.snapshots import changes

VERSIONS_SHOWN = 10


@dataclass(frozen=True)
class VersionLine:
    """One save."""

    number: int
    label: str
    at: datetime
    by: str
    changes: tuple[str, ...]
    is_current: bool


def versions(*, most: int = VERSIONS_SHOWN) -> tuple[VersionLine, ...]:
    """The newest versions, newest first, each compared with the one before it; one query."""
    rows = list(RiskVersion.objects.all()[: most + 1])
    return tuple(
        VersionLine(
            number=row.number,
            label=row.label,
            at=row.created_at,
            by=row.created_by,
            changes=tuple(changes(old.snapshot if old else None, row.snapshot)),
            is_current=row is rows[0],
        )
        for row, old in islice(zip_longest(rows, rows[1:]), most)
    )
