"""Counts in fixed windows of time, shared by all processes through the cache server."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.core.cache import BaseCache, cache
from django.core.cache.backends.locmem import LocMemCache

if TYPE_CHECKING:
    from redis import Redis  # loaded with the first count: most commands make none

log = structlog.get_logger(__name__)

PATIENCE = 1.0  # seconds; no request waits longer for a cache server that hangs

# Counts go on in this process alone while the cache server is away: limits get looser by the
# number of processes, but no page fails for it.
_own_cache = LocMemCache("access.counters", {})


def count(name: str, *, now: datetime, window: int) -> int:
    """How often `name` was counted in this window of `window` seconds, now included."""
    key = _key(name, now=now, window=window)
    return _asked(
        lambda server: _count_there(server, key, window),
        lambda store: _count_in(store, key, window),
    )


def counted_so_far(name: str, *, now: datetime, window: int) -> int:
    """The same without counting."""
    key = _key(name, now=now, window=window)
    return _asked(lambda server: int(server.get(key) or 0), lambda store: int(store.get(key, 0)))


def seconds_left(*, now: datetime, window: int) -> float:
    """Seconds until the current window ends."""
    return window - now.timestamp() % window


def _key(name: str, *, now: datetime, window: int) -> str:
    digest = sha256(name.encode()).hexdigest()  # any text, short and safe as a key
    return f"count:{int(now.timestamp()) // window}:{digest}"


def _asked(there: Callable[["Redis"], int], here: Callable[[BaseCache], int]) -> int:
    """What the shared server says; what this process counted by itself while it is away."""
    if not settings.COUNTERS_URL:
        return here(cache)
    from redis.exceptions import RedisError

    try:
        return there(_server(settings.COUNTERS_URL))
    except RedisError as error:
        log.warning("counting in this process only", reason=str(error))
        return here(_own_cache)


def _count_there(server: "Redis", key: str, window: int) -> int:
    """One round trip: every request to the API pays for it."""
    steps = server.pipeline(transaction=False)
    steps.incr(key)
    steps.expire(key, 2 * window)  # longer than the window, so it cannot vanish in between
    return int(steps.execute()[0])


def _count_in(store: BaseCache, key: str, window: int) -> int:
    store.add(key, 0, timeout=2 * window)
    return int(store.incr(key))


@lru_cache
def _server(url: str) -> "Redis":
    from redis import Redis

    return Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
