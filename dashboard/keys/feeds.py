"""The desk's accounts with sellers of prices: what is set, and whether candles come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F

from dashboard.keys.catalog import ALPHAVANTAGE, TWELVEDATA, Setting, described
from dashboard.keys.channels import State
from dashboard.keys.masks import Kind
from markets.feeds.registry import FEEDS
from markets.models import FeedHealth, FeedQuota

CATALOGS: dict[str, Mapping[str, tuple[Kind, str]]] = {
    "twelvedata": TWELVEDATA,
    "alphavantage": ALPHAVANTAGE,
}
BAD = (FeedHealth.State.DEAD, FeedHealth.State.LATE, FeedHealth.State.OFF)


@dataclass(frozen=True)
class SymbolFeed:
    code: str
    state: str
    trouble: str
    last_bar_time: datetime | None


@dataclass(frozen=True)
class FeedAccount:
    """`used` of `per_day` requests were made on the provider's present day."""

    slug: str
    label: str
    state: State
    symbols: tuple[SymbolFeed, ...]
    used: int
    per_day: int | None
    settings: tuple[Setting, ...]


def feed_accounts(*, now: datetime) -> tuple[FeedAccount, ...]:
    """Twelve Data and Alpha Vantage; a query, and one more for each."""
    rows = FeedHealth.objects.filter(
        feed__in=CATALOGS, symbol__is_enabled=True, symbol__feed=F("feed")
    ).select_related("symbol")
    health: dict[str, list[FeedHealth]] = {slug: [] for slug in CATALOGS}
    for row in rows.order_by("symbol__code"):
        health[row.feed].append(row)
    return tuple(_account(slug, health[slug], now=now) for slug in CATALOGS)


def _account(slug: str, health: list[FeedHealth], *, now: datetime) -> FeedAccount:
    feed = FEEDS[slug]
    symbols = tuple(
        SymbolFeed(row.symbol.code, row.state, row.trouble or row.detail, row.last_bar_time)
        for row in health
    )
    return FeedAccount(
        slug=slug,
        label=feed.name,
        state=_state(feed.from_settings(settings).off_reason(), symbols),
        symbols=symbols,
        used=_used_today(slug, now=now),
        per_day=feed.allowance.per_day if feed.allowance else None,
        settings=described(CATALOGS[slug]),
    )


def _state(off_reason: str | None, symbols: tuple[SymbolFeed, ...]) -> State:
    """The first that holds, the worst first."""
    if off_reason and symbols:
        return State("tone-bad", "alert", "Key missing", off_reason)
    if off_reason:
        return State("tone-calm", "info", "Not set up", off_reason)
    if not symbols:
        advice = "Choose it as the feed of a symbol in Admin, Symbols."
        return State("tone-info", "info", "Not used", advice)
    if any(symbol.state in BAD for symbol in symbols):
        return State("tone-bad", "alert", "Candles are missing", "")
    return State("tone-good", "check", "Works", "")


def _used_today(slug: str, *, now: datetime) -> int:
    """Requests made on the provider's own day."""
    allowance = FEEDS[slug].allowance
    zone = ZoneInfo(allowance.timezone) if allowance else ZoneInfo("UTC")
    row = FeedQuota.objects.filter(feed=slug, day=now.astimezone(zone).date()).first()
    return row.used if row else 0
