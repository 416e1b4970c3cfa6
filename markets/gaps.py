"""What is missing between bars, told apart from the weekends. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from markets.sessions import DAY_TURN, MINUTE, NEW_YORK, Calendar, has_closed_between

WEEKEND = timedelta(hours=20)  # a shorter time without bars is no weekend and no holiday
OPENING = timedelta(minutes=15)  # a week's first bar may come this late


@dataclass(frozen=True)
class Coverage:
    """How whole a series of minutes is.

    `gaps` and `missing` (minutes) count inside weeks only. `weekends` are the closed times it
    spans; `openings` counts the New York clock hours at which weeks began. `outside` are minutes
    while the market was closed.
    """

    gaps: int = 0
    missing: int = 0
    weekends: int = 0
    openings: tuple[tuple[str, int], ...] = ()
    opened_right: int = 0
    outside: int = 0

    @property
    def zone_looks_wrong(self) -> bool:
        """Whether most weeks begin at another hour than 17:00 New York."""
        return self.weekends > 0 and 2 * self.opened_right < self.weekends


def coverage(times: NDArray[np.int64], calendar: Calendar) -> Coverage:
    """The coverage of minutes given as seconds since 1970, in any order, repeats allowed."""
    ordered = np.sort(times)  # np.unique hashes, which takes long for multiples of 60
    minutes = ordered[np.append(True, ordered[1:] > ordered[:-1])[: len(ordered)]]
    gaps = missing = 0
    openings = []
    for at in np.flatnonzero(np.diff(minutes) > 60).tolist():
        before, after = _moment(minutes[at]), _moment(minutes[at + 1])
        if after - before >= WEEKEND:
            openings.append(after)
        elif not has_closed_between(calendar, before, after):
            gaps += 1
            missing += calendar.trading_minutes_between(before + MINUTE, after)
    clocks = Counter(f"{moment.astimezone(NEW_YORK):%H}:00" for moment in openings)
    return Coverage(
        gaps,
        missing,
        len(openings),
        tuple(clocks.most_common()),
        sum(_opens_right(moment) for moment in openings),
        _outside(minutes, calendar),
    )


def _opens_right(moment: datetime) -> bool:
    local = moment.astimezone(NEW_YORK)
    opening = datetime.combine(local.date(), DAY_TURN, NEW_YORK)
    return timedelta() <= local - opening < OPENING


def _outside(minutes: NDArray[np.int64], calendar: Calendar) -> int:
    """Minutes while the market was closed; hours are looked at, since markets turn on the hour."""
    hours, counts = np.unique(minutes // 3600, return_counts=True)
    pairs: Iterable[tuple[int, int]] = zip(hours.tolist(), counts.tolist(), strict=True)
    return sum(count for hour, count in pairs if not calendar.is_open(_moment(hour * 3600)))


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
