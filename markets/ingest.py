"""Asking the feeds for closed candles, and the one door by which bars are stored."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction

from audit.log import log_event
from markets.batch import batch_of
from markets.clean import Brought, store_clean
from markets.feeds.base import Bar, Feed, FeedError
from markets.feeds.registry import FEEDS
from markets.health import judge_health, save_healths
from markets.many import newest_minutes
from markets.models import FeedHealth, Symbol, calendar_of
from markets.pushed import read_bars
from markets.quarantine import quarantine
from markets.quota import claim_request, next_request_at, seconds_between_requests
from markets.sessions import MINUTE
from markets.store import StoreResult, store_batch
from markets.validation import CLOSE

CLOSED_PAUSE = timedelta(hours=1)  # between two looks at a market that is closed
NOTHING = StoreResult()
FEW = 100  # bars; a feed that brings more is catching up, and is judged alone
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


NOTHING_SEEN = Look()


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
    rounds = _begun(watched)
    for one in rounds:
        _attempt(one, partial(_ask, one, now=now))
    _store_clean(rounds, now=now)
    for one in rounds:
        if one.bars:
            _attempt(one, partial(_store_alone, one, now=now))
    healths = _tell_health(rounds, now=now)
    if errors := [one.error for one in rounds if one.error]:
        raise ExceptionGroup("candles could not be fetched or stored", errors)
    return IngestReport(
        tuple(
            SymbolReport(one.symbol.code, one.feed.slug, one.look.result, h.state, h.detail)
            for one, h in zip(rounds, healths, strict=True)
        )
    )


def ingest_symbol(symbol: Symbol, *, now: datetime) -> SymbolReport:
    """One look at one symbol's feed."""
    try:
        return ingest(now=now, symbols=[symbol]).symbols[0]
    except ExceptionGroup as group:
        raise group.exceptions[0] from group


@dataclass(kw_only=True)
class _Round:
    """One symbol's turn: what was known before, what its feed brought, what went wrong."""

    symbol: Symbol
    feed: Feed
    newest: tuple[int, float] | None  # stored minute: seconds since 1970, close
    health: FeedHealth | None
    off_reason: str | None
    look: Look = NOTHING_SEEN
    bars: Sequence[Bar] = ()
    error: Exception | None = None

    @property
    def last(self) -> datetime | None:
        return self.newest and datetime.fromtimestamp(self.newest[0], UTC)


def _begun(symbols: Sequence[Symbol]) -> list[_Round]:
    """What is known of each symbol; two queries, and one for the calendar of each feed."""
    feeds = {slug: FEEDS[slug].from_settings(settings) for slug in {s.feed for s in symbols}}
    calendars = {slug: calendar_of(slug) for slug in feeds}
    newest = newest_minutes([(symbol.pk, symbol.feed) for symbol in symbols])
    known = {
        (health.symbol_id, health.feed): health
        for health in FeedHealth.objects.filter(symbol__in=symbols)
    }
    for symbol in symbols:
        symbol.calendar = calendars[symbol.feed]
    return [
        _Round(
            symbol=symbol,
            feed=feeds[symbol.feed],
            newest=newest.get((symbol.pk, symbol.feed)),
            health=known.get((symbol.pk, symbol.feed)),
            off_reason=feeds[symbol.feed].off_reason(),
        )
        for symbol in symbols
    ]


def _attempt(one: _Round, step: Callable[[], None]) -> None:
    """Take a step of one symbol's turn; if it breaks, the health says so and ingest() raises."""
    if one.error:
        return
    try:
        step()
    except Exception as error:  # raised by ingest()
        error.add_note(f"while asking {one.feed.slug} for {one.symbol.code}")
        trouble = f"the desk failed to read it ({type(error).__name__}); see its log"
        one.error, one.look, one.bars = error, Look(trouble=trouble), ()


def _ask(one: _Round, *, now: datetime) -> None:
    """Ask the feed, if it may be asked and a bar can be due."""
    symbol, feed, health = one.symbol, one.feed, one.health
    after = one.last or now - feed.backfill
    if one.off_reason is not None:
        return
    if health and health.retry_at and now + RETRY_SLACK < health.retry_at:
        one.look = Look(trouble=health.trouble, retry_at=health.retry_at)
    elif not symbol.calendar.trading_minutes_between(after + MINUTE, now):
        return
    elif feed.allowance and not claim_request(feed.slug, feed.allowance, now=now):
        retry_at = next_request_at(feed.slug, feed.allowance, now=now)
        one.look = Look(trouble=f"no request left until {retry_at:%H:%M %Z}", retry_at=retry_at)
    else:
        _look(one, after, now=now)


def _look(one: _Round, after: datetime, *, now: datetime) -> None:
    try:
        one.bars = one.feed.closed_bars(one.symbol.for_feed(), after=after, now=now)
    except FeedError as error:
        retry_at = now + timedelta(seconds=error.retry_after)
        one.look = Look(trouble=str(error), retry_at=retry_at)
        return
    again = _next_look(one.symbol, one.feed, found=bool(one.bars), now=now)
    one.look = Look(retry_at=again)


def _store_clean(rounds: Sequence[_Round], *, now: datetime) -> None:
    """Store what needs no second look; what is left in `bars` does."""
    some = [one for one in rounds if 0 < len(one.bars) <= FEW]
    brought = [
        Brought(one.symbol, one.feed.slug, batch_of(one.bars, code=one.symbol.code), one.newest)
        for one in some
    ]
    for one, each, is_stored in zip(some, brought, store_clean(brought, now=now), strict=True):
        if is_stored:
            last = each.batch
            one.newest = int(last.times[-1]), float(last.bid[-1, CLOSE])
            one.look, one.bars = replace(one.look, result=StoreResult(stored=len(last))), ()


def _store_alone(one: _Round, *, now: datetime) -> None:
    result = store_bars(one.symbol, one.feed.slug, one.bars, now=now)
    one.look = replace(one.look, result=result)
    key = (one.symbol.pk, one.feed.slug)
    one.newest = newest_minutes([key]).get(key)


def _tell_health(rounds: Sequence[_Round], *, now: datetime) -> list[FeedHealth]:
    """The health of each after its turn, stored together."""
    healths = [
        judge_health(
            one.health,
            one.symbol,
            one.feed.slug,
            last_bar_time=one.last,
            now=now,
            trouble=one.look.trouble,
            off_reason=one.off_reason,
            retry_at=one.look.retry_at,
        )
        for one in rounds
    ]
    save_healths(healths)
    return healths


def _next_look(symbol: Symbol, feed: Feed, *, found: bool, now: datetime) -> datetime | None:
    """When to ask again, if not at the next tick: a plan must last the day."""
    if not found and not symbol.calendar.is_open(now):
        return now + CLOSED_PAUSE
    if feed.allowance is None:
        return None
    sharing = Symbol.objects.enabled().filter(feed=feed.slug).count()
    return now + timedelta(seconds=seconds_between_requests(max(1, sharing), feed.allowance))
