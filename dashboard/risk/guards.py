"""Each guard with what it reads now: the guard itself is asked, as the engine asks it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from dashboard.risk.blocked import READ, BlockedBy, Lately, blocked_lately
from risk.guards.base import Book, Candidate, Guard, Measure
from risk.guards.registry import ALWAYS_ON, GUARDS
from risk.models import RiskVersion
from signals.books import book_now
from signals.models import Run, Track
from signals.readings import Reading, reading_of
from strategies.parameters import build

READINGS_SHOWN = 4  # symbols unfolded, the worst first


@dataclass(frozen=True)
class Row:
    """What a guard reads for one symbol, or for the whole desk."""

    symbol: str  # "" for the desk
    is_demo: bool
    strategy: str  # whose entry it would be
    text: str
    refusal: str  # "" when it lets an entry pass
    is_known: bool
    at: datetime | None  # close of the bar read

    @property
    def look(self) -> tuple[str, str, str]:
        """Tone, shape and word."""
        if not self.is_known:
            return "tone-calm", "clock", "not known"
        return (
            ("tone-bad", "close", "refuses") if self.refusal else ("tone-good", "check", "passes")
        )


@dataclass(frozen=True)
class GuardView:
    """One guard as the page shows it."""

    slug: str
    title: str
    what: str
    is_on: bool
    is_always_on: bool
    limit: str
    rows: tuple[Row, ...]
    more: tuple[Row, ...]
    blocked: BlockedBy

    @property
    def refusing(self) -> int:
        return sum(bool(row.refusal) for row in (*self.rows, *self.more))


@dataclass(frozen=True)
class Guards:
    guards: tuple[GuardView, ...]
    version: str
    saved_at: datetime | None
    saved_by: str
    cut_at: datetime | None  # the counts of what was blocked reach back to here
    counted: int = READ  # blocked signals at most


@dataclass(frozen=True)
class Seen:
    """The newest bar of one config."""

    symbol: str
    is_demo: bool
    strategy: str
    reading: Reading | None

    @property
    def candidate(self) -> Candidate | None:
        return self.reading.candidate if self.reading else None


def guards(version: RiskVersion, *, now: datetime) -> Guards:
    """Every guard of `version` at `now`; four queries."""
    book, seen, lately = book_now(version, now=now), newest_bars(), blocked_lately(now=now)
    return Guards(
        guards=tuple(_view(slug, version, book, seen, lately) for slug in GUARDS),
        version=version.label,
        saved_at=version.created_at,
        saved_by=version.created_by,
        cut_at=lately.cut_at,
    )


def newest_bars() -> tuple[Seen, ...]:
    """What every config that may enter saw last; one query."""
    tracks = Track.objects.filter(
        run__kind=Run.Kind.LIVE,
        config__is_enabled=True,
        config__symbol__is_enabled=True,
        feed=F("config__symbol__feed"),
    ).select_related("config__symbol")
    return tuple(
        Seen(
            symbol=track.config.symbol.code,
            is_demo=track.config.symbol.is_demo,
            strategy=track.config.strategy,
            reading=reading_of(track.reading),
        )
        for track in tracks
    )


def _view(
    slug: str, version: RiskVersion, book: Book, seen: Iterable[Seen], lately: Lately
) -> GuardView:
    chosen = dict(version.snapshot["guards"].get(slug, {}))
    is_on = chosen.pop("enabled", True) or slug in ALWAYS_ON
    guard = build(GUARDS[slug], chosen)
    rows = _rows(guard, book, seen)
    return GuardView(
        slug=slug,
        title=guard.title,
        what=(guard.__doc__ or "").strip(),
        is_on=is_on,
        is_always_on=slug in ALWAYS_ON,
        limit=guard.limit_text(book),
        rows=rows[:READINGS_SHOWN],
        more=rows[READINGS_SHOWN:],
        blocked=lately.of(slug),
    )


def _rows(guard: Guard, book: Book, seen: Iterable[Seen]) -> tuple[Row, ...]:
    """One row a symbol, by the config nearest to a refusal; the worst symbol first."""
    if not guard.reads_bars:
        measure, refusal = guard.measure(None, book), guard.refuse(None, book)
        return (Row("", False, "", measure.text, refusal or "", True, None),)
    worst: dict[str, tuple[tuple[bool, float], Row]] = {}
    for bar in seen:
        measure, refusal = guard.measure(bar.candidate, book), guard.refuse(bar.candidate, book)
        badness = (refusal is not None, measure.strain)
        if bar.symbol not in worst or badness > worst[bar.symbol][0]:
            worst[bar.symbol] = badness, _row(bar, measure, refusal)
    ranked = sorted(worst.values(), key=lambda found: found[0], reverse=True)
    return tuple(row for _, row in ranked)


def _row(bar: Seen, measure: Measure, refusal: str | None) -> Row:
    return Row(
        symbol=bar.symbol,
        is_demo=bar.is_demo,
        strategy=bar.strategy,
        text=measure.text if bar.candidate else _why_unknown(bar.reading),
        refusal=refusal or "",
        is_known=bar.candidate is not None,
        at=bar.reading.closed_at if bar.reading else None,
    )


def _why_unknown(reading: Reading | None) -> str:
    if reading is None:
        return "no bar evaluated yet"
    if not reading.is_ready:
        return f"needs {reading.warmup} bars, has {reading.bars}"
    return "no stop known yet"
