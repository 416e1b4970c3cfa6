"""What the database holds of each calendar month: cheap to ask, and different after any change."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Count, F, Max, Min, QuerySet, Value

from markets.column_files import Columns
from markets.history import MINUTE_COLUMNS, EpochSeconds, frame_of
from markets.models import Candle

Stored = QuerySet[Candle]  # the minutes of one symbol on one feed, in no order
AT_ONCE = 100  # months one query asks about; SQLite takes at most 500


@dataclass(frozen=True)
class Month:
    """A month with stored minutes."""

    start: datetime
    count: int
    first: datetime
    last: datetime
    digest: str  # of the first and last minute's ids, and of when they were stored

    @property
    def name(self) -> str:
        """ "2018-03"."""
        return month_name(self.start)

    @property
    def file_name(self) -> str:
        """Says what a file was made of: another content has another name."""
        return f"{self.name}-{self.count}-{self.digest}.npy"


def held(stored: Stored, starts: Sequence[datetime]) -> list[Month]:
    """Those of the months beginning then that have minutes, oldest first; two queries."""
    found: list[tuple[datetime, int, datetime, datetime]] = []
    for some in range(0, len(starts), AT_ONCE):
        found += _counted(stored, starts[some : some + AT_ONCE])
    edges = {time for row in found for time in row[2:]}
    kept = stored.filter(time__in=edges).values_list("time", "pk", "observed_at")
    rows = {time: f"{pk} {observed}" for time, pk, observed in kept}
    return [
        Month(start, count, first, last, digest(rows.get(first), rows.get(last)))
        for start, count, first, last in sorted(found)
    ]


def _counted(
    stored: Stored, starts: Sequence[datetime]
) -> list[tuple[datetime, int, datetime, datetime]]:
    asked = [
        stored.filter(time__gte=start, time__lt=next_month(start))
        .annotate(place=Value(place))
        .values("place")
        .annotate(count=Count("*"), first=Min("time"), last=Max("time"))
        .values_list("place", "count", "first", "last")
        for place, start in enumerate(starts)
    ]
    rows: list[Any] = list(asked[0].union(*asked[1:], all=True)) if asked else []
    return [(starts[place], *found) for place, *found in rows if found[0]]


def columns_of(stored: Stored, month: Month) -> Columns:
    """The minutes of the month as they are stored now; one query."""
    within = stored.filter(time__gte=month.start, time__lt=next_month(month.start))
    rows = within.order_by("time").values_list(EpochSeconds(F("time")), *MINUTE_COLUMNS)
    bars = frame_of(list(rows))
    seconds = bars.index.as_unit("s").asi8  # type: ignore[attr-defined]
    return np.vstack([seconds.astype(np.float64), bars.to_numpy().T])


def months(begin: datetime, end: datetime) -> Iterator[datetime]:
    """When each month that shares a minute with [begin, end] begins."""
    start = month_of(begin)
    while start <= end:
        yield start
        start = next_month(start)


def month_of(at: datetime) -> datetime:
    """When the month of `at`, in UTC, began."""
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month(start: datetime) -> datetime:
    """When the month after the one that begins at `start` begins."""
    return month_of(start + timedelta(days=31))


def month_name(at: datetime) -> str:
    """ "2018-03"."""
    return f"{at:%Y-%m}"


def digest(*parts: object) -> str:
    """Twelve hex digits that differ where the parts do."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
