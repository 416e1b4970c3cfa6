"""When a market trades: the forex week and the market that never closes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
DAY_TURN = time(17)  # New York; the forex day and week begin and end at this hour
MINUTE = timedelta(minutes=1)
Span = tuple[datetime, datetime]  # [start, end), UTC


class Calendar(Protocol):
    """Open and closed times of one market; all datetimes are aware."""

    def is_open(self, at: datetime) -> bool:
        """Whether the market trades at this moment; the closing moment itself is closed."""
        ...

    def add_trading_minutes(self, at: datetime, minutes: int) -> datetime:
        """The first moment by which `minutes` minutes were open, counted from `at` (UTC)."""
        ...

    def trading_minutes_between(self, a: datetime, b: datetime) -> int:
        """Open minutes in [a, b); 0 when b is not after a."""
        ...

    def open_spans(self, at: datetime) -> Iterator[Span]:
        """Open spans from `at` on, oldest first; the first may begin at `at`."""
        ...


@dataclass(frozen=True)
class AlwaysOpen:
    """A market that never closes; the mock feed's."""

    def is_open(self, at: datetime) -> bool:
        return True

    def add_trading_minutes(self, at: datetime, minutes: int) -> datetime:
        return at.astimezone(UTC) + minutes * MINUTE

    def trading_minutes_between(self, a: datetime, b: datetime) -> int:
        return max(0, (b - a) // MINUTE)

    def open_spans(self, at: datetime) -> Iterator[Span]:
        yield at.astimezone(UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class ForexWeek:
    """Sunday 17:00 to Friday 17:00 New York, daylight saving included, less `holidays`.

    `holidays` are closed spans [closes, opens) as aware datetimes, in any order.
    """

    holidays: tuple[Span, ...] = ()

    def is_open(self, at: datetime) -> bool:
        opens, closes = week_span(_sunday_before(at))
        return opens <= at < closes and not any(start <= at < end for start, end in self.holidays)

    def add_trading_minutes(self, at: datetime, minutes: int) -> datetime:
        left = minutes * MINUTE
        if not left:
            return at.astimezone(UTC)
        for start, end in self.open_spans(at):
            if end - start >= left:
                return start + left
            left -= end - start
        raise OverflowError("the calendar has no open minute left")

    def trading_minutes_between(self, a: datetime, b: datetime) -> int:
        total = timedelta()
        for start, end in self.open_spans(a):
            if start >= b:
                break
            total += min(end, b) - start
        return total // MINUTE

    def open_spans(self, at: datetime) -> Iterator[Span]:
        """Open spans from `at` on, oldest first, without end; the first may begin at `at`."""
        sunday = _sunday_before(at)
        at = at.astimezone(UTC)
        while True:
            opens, closes = week_span(sunday)
            if closes > at:
                yield from self._without_holidays(max(opens, at), closes)
            sunday += timedelta(days=7)

    def _without_holidays(self, start: datetime, end: datetime) -> Iterator[Span]:
        for closes, opens in sorted(self.holidays):
            if opens <= start or closes >= end:
                continue
            if closes > start:
                yield start, closes.astimezone(UTC)
            start = opens.astimezone(UTC)
        if start < end:
            yield start, end


@lru_cache(maxsize=4096)
def week_span(sunday: date) -> Span:
    """Opening and closing moment (UTC) of the forex week that begins on this Sunday."""
    opens = datetime.combine(sunday, DAY_TURN, NEW_YORK)
    closes = datetime.combine(sunday + timedelta(days=5), DAY_TURN, NEW_YORK)
    return opens.astimezone(UTC), closes.astimezone(UTC)


def trading_day(at: datetime) -> date:
    """The forex day `at` belongs to: it begins at 17:00 New York the evening before."""
    local = at.astimezone(NEW_YORK)
    return local.date() + timedelta(days=1 if local.time() >= DAY_TURN else 0)


def day_end(at: datetime) -> datetime:
    """When (UTC) the forex day of `at` ends and the next one begins."""
    return datetime.combine(trading_day(at), DAY_TURN, NEW_YORK).astimezone(UTC)


def has_closed_between(calendar: Calendar, a: datetime, b: datetime) -> bool:
    """Whether the market was closed at some time between `a` and `b`."""
    return calendar.trading_minutes_between(a, b) < (b - a) // MINUTE


def _sunday_before(at: datetime) -> date:
    """The Sunday, in New York, on or before `at`."""
    day = at.astimezone(NEW_YORK).date()
    return day - timedelta(days=(day.weekday() + 1) % 7)
