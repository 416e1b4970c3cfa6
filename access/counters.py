"""Counts in fixed windows of time, shared by all processes through the cache."""

from datetime import datetime
from hashlib import sha256

import structlog
from django.core.cache import BaseCache, cache
from django.core.cache.backends.locmem import LocMemCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

# Counts go on in this process alone while the cache server is away: limits get looser by the
# number of processes, but no page fails for it.
_own_cache = LocMemCache("access.counters", {})


def count(name: str, *, now: datetime, window: int) -> int:
    """How often `name` was counted in this window of `window` seconds, now included."""
    key = _key(name, now=now, window=window)
    try:
        return _increment(cache, key, window)
    except RedisError as error:
        log.warning("counting in this process only", reason=str(error))
        return _increment(_own_cache, key, window)


def counted_so_far(name: str, *, now: datetime, window: int) -> int:
    """The same without counting."""
    key = _key(name, now=now, window=window)
    try:
        return int(cache.get(key, 0))
    except RedisError:
        return int(_own_cache.get(key, 0))


def seconds_left(*, now: datetime, window: int) -> float:
    """Seconds until the current window ends."""
    return window - now.timestamp() % window


def _key(name: str, *, now: datetime, window: int) -> str:
    digest = sha256(name.encode()).hexdigest()  # any text, short and safe as a cache key
    return f"count:{int(now.timestamp()) // window}:{digest}"


def _increment(store: BaseCache, key: str, window: int) -> int:
    try:
        return int(store.incr(key))
    except ValueError:  # the first in its window; of several at once one adds, and all count
        store.add(key, 0, timeout=2 * window)  # longer than the window, lest it vanish in between
        return int(store.incr(key))
