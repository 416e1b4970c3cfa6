"""Asking the feeds for closed candles, and the one door by which bars are stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from audit.log import log_event
from markets.batch import batch_of
from markets.feeds.base import Bar, Feed, FeedError
from markets.feeds.registry import FEEDS
from markets.health import update_health
from markets.history import latest_time
from markets.models import FeedHealth, Symbol
from markets.pushed import read_bars
from markets.quarantine import quarantine
from markets.quota import claim_request, next_request_at, seconds_between_requests
from markets.sessions import MINUTE
from markets.store import StoreResult, store_batch

CLOSED_PAUSE = timedelta(hours=1)  # between two looks at a market that is closed
NOTHING = StoreResult()
RETRY_SLACK = timedelta(seconds=5)  # a tick that comes a little early still asks


@dataclass(frozen=True)
class SymbolReport:
    """What one look at one symbol's feed brought; `trouble` says why it brought nothing."""

    code: str
    feed: str
    result: StoreResult
    state: str
    trouble: str = ""


@dataclass(frozen=True)
class Look:
    """What asking a feed brought, and when it may be asked again (None: at the next tick)."""

    result: StoreResult = NOTHING
    trouble: str = ""
    retry_at: datetime | None = None


@dataclass(frozen=True)
class IngestReport:
    """What one round over the feeds brought."""

    symbols: tuple[SymbolReport, ...] = ()

    @property
    def stored(self) -> int:
        """Candles added."""
        return sum(report.result.stored for report in self.symbols)


@transaction.atomic
def store_bars(
    symbol: Symbol, feed_slug: str, bars: Sequence[Bar], *, now: datetime
) -> StoreResult:
    """Validate and store bars of one symbol, and log what was rejected or revised.

    Stored minutes are never overwritten; sending the same bars again changes nothing.
    """
    result = store_batch(symbol, feed_slug, batch_of(bars, code=symbol.code), now=now)
    log_result(symbol, feed_slug, result, now=now)
    return result


@transaction.atomic
def store_pushed(symbol: Symbol, items: Sequence[Any], *, now: datetime) -> StoreResult:
    """Read, validate and store the bars of one request of a script, as plain JSON values."""
    bars, unreadable = read_bars(items, code=symbol.code)
    result = store_batch(symbol, "push", batch_of(bars, code=symbol.code), now=now)
    rejected = sorted((*result.rejected, *unreadable), key=lambda rejection: rejection.line)
    fresh = result.fresh + quarantine(symbol, "push", unreadable, now=now)
    result = replace(result, rejected=tuple(rejected), fresh=fresh)
    log_result(symbol, "push", result, now=now)
    return result


def log_result(symbol: Symbol, feed: str, result: StoreResult, *, now: datetime) -> None:
    """One event for all rejects of a call and one for all revisions; repeats are no news."""
    about: dict[str, Any] = {"at": now, "subject": f"symbol:{symbol.pk}"}
    if result.fresh:
        first = result.rejected[0]
        text = f"{len(result.rejected)} {symbol.code} bars from {feed} rejected, "
        text += f"the first ({first.time:%Y-%m-%d %H:%M}): " if first.time else "the first: "
        payload = {"feed": feed, "rejected": len(result.rejected), "new": result.fresh}
        log_event("bars.rejected", text=text + first.reason, payload=payload, **about)
    if result.revised:
        text = f"{feed} sent other values for {result.revised} stored {symbol.code} minutes"
        payload = {"feed": feed, "revised": result.revised}
        log_event("bars.revised", text=f"{text}; decisions stay", payload=payload, **about)


def ingest(*, now: datetime, symbols: Iterable[Symbol] | None = None) -> IngestReport:
    """Ask each symbol's feed for closed bars since its last stored candle, and store them.

    A feed that fails leaves its symbol as it was, with the reason in its health, and the others
    go on. An error nobody foresaw stops that symbol only; all of them are raised together,
    as an ExceptionGroup, once every symbol had its turn.
    """
    watched = list(Symbol.objects.enabled() if symbols is None else symbols)
    reports, errors = [], []
    for symbol in watched:
        try:
            reports.append(ingest_symbol(symbol, now=now))
        except Exception as error:  # raised below
            error.add_note(f"while asking {symbol.feed} for {symbol.code}")
            errors.append(error)
    if errors:
        raise ExceptionGroup("candles could not be fetched or stored", errors)
    return IngestReport(tuple(reports))


def ingest_symbol(symbol: Symbol, *, now: datetime) -> SymbolReport:
    """One look at one symbol's feed."""
    feed = FEEDS[symbol.feed].from_settings(settings)
    last = latest_time(symbol, feed=feed.slug)
    health = FeedHealth.objects.filter(symbol=symbol, feed=feed.slug).first()
    off_reason = feed.off_reason()
    if off_reason is not None:
        look = Look()
    elif health and health.retry_at and now + RETRY_SLACK < health.retry_at:
        look = Look(trouble=health.trouble, retry_at=health.retry_at)
    else:
        look = _look_and_tell(symbol, feed, last, now=now)
    health = update_health(
        symbol,
        feed.slug,
        last_bar_time=latest_time(symbol, feed=feed.slug) if look.result.stored else last,
        now=now,
        trouble=look.trouble,
        off_reason=off_reason,
        retry_at=look.retry_at,
    )
    return SymbolReport(symbol.code, feed.slug, look.result, health.state, health.detail)


def _look_and_tell(symbol: Symbol, feed: Feed, last: datetime | None, *, now: datetime) -> Look:
    """One look; if it breaks, the health says so instead of staying what it was."""
    try:
        return _look(symbol, feed, last or now - feed.backfill, now=now)
    except Exception as error:  # raised again
        trouble = f"the desk failed to read it ({type(error).__name__}); see its log"
        update_health(symbol, feed.slug, last_bar_time=last, now=now, trouble=trouble)
        raise


def _look(symbol: Symbol, feed: Feed, after: datetime, *, now: datetime) -> Look:
    if not symbol.calendar.trading_minutes_between(after + MINUTE, now):
        return Look()  # no bar can be due
    if feed.allowance and not claim_request(feed.slug, feed.allowance, now=now):
        retry_at = next_request_at(feed.slug, feed.allowance, now=now)
        return Look(trouble=f"no request left until {retry_at:%H:%M %Z}", retry_at=retry_at)
    try:
        bars = feed.closed_bars(symbol.for_feed(), after=after, now=now)
    except FeedError as error:
        retry_at = now + timedelta(seconds=error.retry_after)
        return Look(trouble=str(error), retry_at=retry_at)
    result = store_bars(symbol, feed.slug, bars, now=now)
    return Look(result, retry_at=_next_look(symbol, feed, found=bool(bars), now=now))


def _next_look(symbol: Symbol, feed: Feed, *, found: bool, now: datetime) -> datetime | None:
    """When to ask again, if not at the next tick: a plan must last the day."""
    if not found and not symbol.calendar.is_open(now):
        return now + CLOSED_PAUSE
    if feed.allowance is None:
        return None
    sharing = Symbol.objects.enabled().filter(feed=feed.slug).count()
    return now + timedelta(seconds=seconds_between_requests(max(1, sharing), feed.allowance))
