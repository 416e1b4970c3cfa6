"""When ticks are due, and when one is missing: the rule of the pages and of the stream."""

from datetime import datetime, timedelta

from django.conf import settings

TICK_DELAY = timedelta(seconds=3)  # beat starts a tick this long after each boundary


def interval() -> timedelta:
    """Time from one tick to the next."""
    return timedelta(seconds=settings.EVALUATION_INTERVAL_SECONDS)


def is_late(last_at: datetime, *, now: datetime) -> bool:
    """Whether a whole further tick is missing since the one at `last_at`."""
    return now - last_at > 2 * interval() + TICK_DELAY


def next_tick(now: datetime) -> datetime:
    """The first boundary of the interval whose tick has not started yet at `now`."""
    seconds = interval().total_seconds()
    shifted = (now - TICK_DELAY).timestamp()
    boundary = (shifted // seconds + 1) * seconds
    return datetime.fromtimestamp(boundary, now.tzinfo) + TICK_DELAY
