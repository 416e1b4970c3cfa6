"""Jumps of the wall clock: between two looks of one boot it must pass as the uptime does."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby, pairwise

from signals.models import Tick
from signals.parity.found import Cause, Found, What

MOST = 2.0  # seconds between the clocks that are no jump: a clock kept in time is slewed
BEFORE = timedelta(hours=1)  # how far back the look before the day's first may lie


def clock_jumps(start: datetime, end: datetime) -> list[Found]:
    """Every jump seen by a look in [start, end), by the order of the uptimes."""
    ticks = Tick.objects.filter(at__gte=start - BEFORE, at__lt=end, uptime__isnull=False)
    ordered = sorted(ticks, key=_place)
    found = [
        jump
        for _, group in groupby(ordered, key=lambda tick: tick.boot)
        for jump in _jumps(list(group))
        if start <= jump.at < end
    ]
    return sorted(found, key=lambda jump: jump.at)


def _jumps(ticks: Iterable[Tick]) -> Iterable[Found]:
    for before, after in pairwise(ticks):
        wall = (after.at - before.at).total_seconds()
        passed = (after.uptime or 0.0) - (before.uptime or 0.0)
        if passed >= 0 and abs(wall - passed) > MOST:
            yield Found(
                at=after.at,
                what=What.CLOCK,
                cause=Cause.CLOCK,
                was=f"the clock went on by {wall:.1f} s",
                now=f"{passed:.1f} s had passed",
                detail=f"set {'forward' if wall > passed else 'back'} by "
                f"{abs(wall - passed):.1f} s between the looks at {before.at:%H:%M:%S} and "
                f"{after.at:%H:%M:%S} UTC",
            )


def _place(tick: Tick) -> tuple[str, float]:
    """By uptime, which no clock sets; by time where the system does not name its starts."""
    return tick.boot, (tick.uptime or 0.0) if tick.boot else tick.at.timestamp()
