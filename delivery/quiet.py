"""Quiet hours by the recipient's own clock (pure)."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


@cache
def zone_names() -> frozenset[str]:
    """The names of all time zones; asking anew reads hundreds of files."""
    return frozenset(available_timezones())


def end_of_quiet(
    at: datetime, *, starts: time | None, ends: time | None, zone: ZoneInfo
) -> datetime | None:
    """When the quiet hours that hold at `at` are over, in UTC; None outside them.

    `starts` itself is quiet, `ends` is not. They may cross midnight; the same time twice is none.
    A time that the clocks skip or repeat is read so that the quiet hours are the longer.
    """
    if starts is None or ends is None or starts == ends:
        return None
    today = at.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        last_day = day if starts < ends else day + timedelta(days=1)
        begun = min(_readings(day, starts, zone))
        over = max(_readings(last_day, ends, zone))
        if begun <= at < over:
            return over
    return None


def _readings(day: date, clock: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The moments at which a clock in `zone` shows it; two different ones when clocks change."""
    first, second = (
        datetime.combine(day, clock.replace(fold=fold), tzinfo=zone).astimezone(UTC)
        for fold in (0, 1)
    )
    return first, second
