"""How many posts a provider's pace allows now (pure).

One time per account and per recipient is all that is stored: when the posts so far are paid for.
A token bucket that refills at `per_second` and holds `burst` is full exactly when that time has
come, so the bucket survives every restart. A recipient's burst works differently, as Meta counts
it: a rested recipient may get several at once, and then nothing until all of them are paid for.
"""

from datetime import datetime, timedelta

from delivery.channels.base import Pace


def posts_now(pace: Pace, free_at: datetime | None, *, now: datetime) -> int:
    """How many posts the account may make at `now`: 0 to `pace.burst`."""
    debt = max(0.0, (free_at - now).total_seconds()) if free_at else 0.0
    return max(0, int(pace.burst - debt * pace.per_second + 1e-6))


def next_post_in(pace: Pace, free_at: datetime | None, *, now: datetime) -> timedelta:
    """How long the account must wait for its next post; zero when it may make one at once."""
    debt = max(timedelta(0), free_at - now) if free_at else timedelta(0)
    return max(timedelta(0), debt - timedelta(seconds=(pace.burst - 1) / pace.per_second))


def paid_for(free_at: datetime | None, *, now: datetime, seconds: float) -> datetime:
    """When everything is paid for once `seconds` more were used up at `now`."""
    return max(free_at or now, now) + timedelta(seconds=seconds)
