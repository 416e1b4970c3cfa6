"""What the stream says of the desk: ticking or not, paused or not, how each feed does.

By SQL, for the process that holds the streams has no models of ticks, pauses and feeds.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from dashboard.live.events import as_json
from dashboard.ticks import is_late

TICK = "SELECT at FROM signals_tick ORDER BY slot DESC LIMIT 1"
PAUSE = "SELECT started_at FROM delivery_pause WHERE ended_at IS NULL"
FEEDS = """
SELECT s.code, h.state, h.last_bar_time
FROM markets_symbol s LEFT JOIN markets_feedhealth h ON h.symbol_id = s.id AND h.feed = s.feed
WHERE s.is_enabled ORDER BY s.code
"""


@dataclass(frozen=True)
class FeedState:
    symbol: str
    state: str  # "unknown" before the first look
    newest_bar: datetime | None  # when it opened


@dataclass(frozen=True)
class DeskHealth:
    """`status`: running, paused (pushes are stopped) or stopped (no minute is evaluated)."""

    status: str
    tick: datetime | None
    feeds: tuple[FeedState, ...]

    def as_json(self) -> str:
        feeds = [
            {"symbol": feed.symbol, "state": feed.state, "newest_bar": _iso(feed.newest_bar)}
            for feed in self.feeds
        ]
        return as_json({"status": self.status, "tick": _iso(self.tick), "feeds": feeds})


def desk_health(now: datetime) -> DeskHealth:
    """Three small queries."""
    ticked = _rows(TICK)
    tick = _moment(ticked[0][0]) if ticked else None
    is_paused = bool(_rows(PAUSE))
    feeds = (FeedState(code, state or "unknown", _moment(at)) for code, state, at in _rows(FEEDS))
    return DeskHealth(_status(tick, is_paused=is_paused, now=now), tick, tuple(feeds))


def _status(tick: datetime | None, *, is_paused: bool, now: datetime) -> str:
    if tick is None or is_late(tick, now=now):
        return "stopped"
    return "paused" if is_paused else "running"


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _moment(stored: Any) -> datetime | None:
    """SQLite keeps times as text in UTC."""
    if isinstance(stored, str):
        return datetime.fromisoformat(stored).replace(tzinfo=UTC)
    return stored if stored is None else stored.astimezone(UTC)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
