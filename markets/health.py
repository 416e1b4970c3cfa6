"""How a feed is doing, judged by the age of its newest bar, and told once when it dies."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from audit.log import log_event
from audit.row_updates import update_rows
from markets.models import FeedHealth, Symbol
from markets.sessions import Calendar

QUIET_AFTER = 2  # open minutes since the newest bar closed
LATE_AFTER = 5
DEAD_AFTER = 15
JUDGED = ("state", "detail", "trouble", "last_bar_time", "checked_at", "retry_at", "dead_since")
State = FeedHealth.State


def judged_state(
    *, last_bar_time: datetime | None, watched_since: datetime, now: datetime, calendar: Calendar
) -> tuple[FeedHealth.State, str]:
    """(state, why) of a feed whose newest bar opened at `last_bar_time`.

    A feed without any bar is given DEAD_AFTER open minutes from `watched_since`.
    """
    if not calendar.is_open(now):
        return State.CLOSED, "the market is closed"
    closed_at = last_bar_time + timedelta(minutes=1) if last_bar_time else watched_since
    age = calendar.trading_minutes_between(closed_at, now)
    detail = f"no new bar for {age} minutes" if last_bar_time else "no bar has come yet"
    if age > DEAD_AFTER:
        return State.DEAD, detail
    if age > LATE_AFTER:
        return State.LATE, detail
    return (State.QUIET, detail) if age > QUIET_AFTER else (State.HEALTHY, "")


def judge_health(
    health: FeedHealth | None,
    symbol: Symbol,
    feed: str,
    *,
    last_bar_time: datetime | None,
    now: datetime,
    trouble: str = "",
    off_reason: str | None = None,
    retry_at: datetime | None = None,
) -> FeedHealth:
    """`health` after one look (None: the first), not saved yet.

    `trouble` is what the feed answered instead of bars.
    """
    health = health or FeedHealth(symbol=symbol, feed=feed, watched_since=now)
    state, detail = judged_state(
        last_bar_time=last_bar_time,
        watched_since=health.watched_since,
        now=now,
        calendar=symbol.calendar,
    )
    if off_reason is not None:
        state, detail = State.OFF, off_reason
    _note_change(health, state, symbol, now)
    health.state = state
    health.detail = "; ".join(filter(None, (detail, trouble)))[:200]
    health.trouble = trouble[:200]
    health.last_bar_time, health.checked_at, health.retry_at = last_bar_time, now, retry_at
    return health


def save_healths(healths: Sequence[FeedHealth]) -> None:
    """Store these; of two first looks at the same time, the first stays."""
    update_rows([health for health in healths if health.pk], JUDGED)
    FeedHealth.objects.bulk_create(
        [health for health in healths if not health.pk], ignore_conflicts=True
    )


def _note_change(
    health: FeedHealth, state: FeedHealth.State, symbol: Symbol, now: datetime
) -> None:
    """One event when a feed dies and one when bars come again, however often it is looked at."""
    if state == State.DEAD and health.dead_since is None:
        health.dead_since = now
        text = f"No {symbol.code} candle from the feed {health.feed} for {DEAD_AFTER} minutes"
        log_event("feed.dead", at=now, text=text, subject=f"symbol:{symbol.pk}")
    elif state in (State.HEALTHY, State.QUIET) and health.dead_since is not None:
        health.dead_since = None
        text = f"{symbol.code} candles come again from the feed {health.feed}"
        log_event("feed.alive", at=now, text=text, subject=f"symbol:{symbol.pk}")
