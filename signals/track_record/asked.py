"""What part of the track record is asked for: which signals, and over which days."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from urllib.parse import urlencode

from django.db.models import Q

from markets.feeds.registry import demo_feeds
from signals.models import Run, Signal, SignalQuerySet

Basis = Literal["live", "catch_up"]
Source = Literal["", "real", "demo"]

RANGES = {
    "all": "All time",
    "today": "Today",
    "week": "Last 7 days",
    "month": "Last 30 days",
    "custom": "Dates",
}
DAYS = {"today": 1, "week": 7, "month": 30}  # UTC days, today's included
BASES: dict[Basis, str] = {"live": "Live", "catch_up": "Found late"}
SOURCES: dict[Source, str] = {"real": "Real prices", "demo": "DEMO prices"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """BUY and SELL signals of the live desk; a range goes by when they ended, in UTC days.

    What has not ended yet belongs to the day its bar closed.
    """

    range: str = "all"  # one of RANGES
    since: datetime | None = None  # ended from here on
    until: datetime | None = None  # and before this
    symbol: str = ""
    strategy: str = ""
    basis: Basis = "live"  # or those found too late to send, which are never mixed with it
    source: Source = ""  # "": real prices if any were judged on them, else the made-up ones

    def entries(self) -> SignalQuerySet:
        """BUY and SELL of every basis and source, blocked ones included, however old.

        Asked for by way of their tracks, whose index of endings carries most of what is read.
        """
        of_track = {"run__kind": Run.Kind.LIVE.value}
        of_track |= {"config__symbol__code": self.symbol} if self.symbol else {}
        of_track |= {"config__strategy": self.strategy} if self.strategy else {}
        found = {f"position__track__{name}": value for name, value in of_track.items()}
        return Signal.objects.filter(is_shadow=False, **found)

    def ended(self) -> SignalQuerySet:
        """Those that ended in the range."""
        within = Q(position__closed_at__isnull=False)
        if self.since:
            within &= Q(position__closed_at__gte=self.since)
        if self.until:
            within &= Q(position__closed_at__lt=self.until)
        return self.entries().filter(within)

    def running(self) -> SignalQuerySet:
        """Those of the range that have not ended."""
        found = self.entries().filter(position__closed_at__isnull=True)
        if self.since:
            found = found.filter(bar_closed_at__gte=self.since)
        return found.filter(bar_closed_at__lt=self.until) if self.until else found

    def accepted(self) -> SignalQuerySet:
        """The signals behind the figures: ended in the range, not blocked, of basis and source."""
        return self.of_kind(self.ended()).filter(position__is_shadow=False)

    def of_kind(self, signals: SignalQuerySet) -> SignalQuerySet:
        """Those of `signals` that are of the basis and the source."""
        is_demo = Q(feed__in=demo_feeds())
        found = signals.filter(late=self.basis == "catch_up")
        return found.filter(is_demo if self.source == "demo" else ~is_demo)

    def query(self, **more: str) -> str:
        """The part of a URL that asks the same; `more` replaces, "" leaves out."""
        days = {}
        if self.range == "custom":
            days = {"since": _day(self.since), "until": _day(self.until, back=1)}
        said = {
            "range": "" if self.range == "all" else self.range,
            **days,
            "symbol": self.symbol,
            "strategy": self.strategy,
            "basis": "" if self.basis == "live" else self.basis,
            "source": self.source,
            **more,
        }
        return urlencode({name: value for name, value in said.items() if value})

    @property
    def range_text(self) -> str:
        """The range in words: "Last 7 days", "2026-11-01 to 2026-11-20 UTC"."""
        if self.range != "custom":
            return RANGES[self.range]
        first, last = _day(self.since), _day(self.until, back=1)
        if not (first or last):
            return RANGES["all"]
        return f"{first or 'The beginning'} to {last or 'now'}, UTC"


def over(asked: Asked, slug: str, *, today: date) -> Asked:
    """`asked` over the UTC days that `slug` of RANGES stands for, up to `today`."""
    if slug not in DAYS:
        return replace(asked, range=slug, since=None, until=None)
    first = today - timedelta(days=DAYS[slug] - 1)
    return replace(asked, range=slug, since=midnight(first), until=None)


def between(asked: Asked, first: date | None, last: date | None) -> Asked:
    """`asked` from the UTC day `first` to the end of `last`, either of which may be open."""
    until = midnight(last + timedelta(days=1)) if last else None
    return replace(asked, range="custom", since=midnight(first) if first else None, until=until)


def midnight(day: date) -> datetime:
    """When `day` begins in UTC."""
    return datetime.combine(day, time.min, tzinfo=UTC)


def _day(at: datetime | None, *, back: int = 0) -> str:
    return f"{at - timedelta(days=back):%Y-%m-%d}" if at else ""
