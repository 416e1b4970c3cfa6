"""The nightly look back: each day of a run checked once, and again when bars of it came later."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from audit.log import log_event
from markets.frames import Timeframe
from markets.models import Candle, CandleRevision
from signals.models import Difference, Journal, ParityCheck, Run
from signals.parity.clocks import clock_jumps
from signals.parity.tracks import DAY, Looked, look_at

MOST_DAYS = 7  # made up for in one night
MOST_KEPT = 500  # differences stored of a day; all are counted


def check_due(*, now: datetime) -> list[ParityCheck]:
    """Look back at yesterday, and at the days before it since the last check."""
    run = Run.objects.filter(kind=Run.Kind.LIVE).first()
    if run is None:
        return []
    return [check_day(run, day, now=now) for day in due_days(run, now=now)]


def due_days(run: Run, *, now: datetime) -> list[date]:
    """Days that are over and had bars, unless a check saw the last of them; oldest first."""
    today = now.astimezone(UTC).date()
    asked = [today - timedelta(days=n) for n in range(MOST_DAYS, 0, -1)]
    had_bars = days_with_bars(run, since=begin_of(asked[0]))
    return [day for day in had_bars if day in asked and not _is_checked(run, day)]


def _is_checked(run: Run, day: date) -> bool:
    newest = run.checks.filter(day=day).values_list("checked_at", flat=True).first()
    return newest is not None and not _came_since(run, day, newest)


def _came_since(run: Run, day: date, at: datetime) -> bool:
    """Whether a minute of `day`, or another value for one, was first seen after `at`."""
    start = begin_of(day)
    sources = run.tracks.order_by().values_list("config__symbol", "feed").distinct()
    for symbol, feed in sources:
        minutes = Candle.objects.filter(symbol=symbol, feed=feed, timeframe=Timeframe.M1)
        minutes = minutes.filter(time__gte=start, time__lt=start + DAY)
        revised = CandleRevision.objects.filter(candle__in=minutes, observed_at__gt=at)
        if minutes.filter(observed_at__gt=at).exists() or revised.exists():
            return True
    return False


def days_with_bars(run: Run, *, since: datetime | None = None) -> list[date]:
    """The UTC days any track of the run was moved over, oldest first."""
    hours = Journal.objects.filter(track__run=run).order_by()
    hours = hours if since is None else hours.filter(hour__gte=since)
    return sorted(at.date() for at in hours.datetimes("hour", "day", tzinfo=UTC))


@transaction.atomic
def check_day(run: Run, day: date, *, now: datetime) -> ParityCheck:
    """Compute one UTC day of a run again, and store what differs from what was live."""
    start = begin_of(day)
    tracks = run.tracks.select_related("run", "config__symbol").order_by("pk")
    looked = [look_at(track, start) for track in tracks]
    jumps = clock_jumps(start, start + DAY) if run.kind == Run.Kind.LIVE else []
    rows = [each.row(None) for each in jumps]
    rows += [each.row(look.track) for look in looked for each in look.found]
    check = ParityCheck.objects.create(run=run, day=day, checked_at=now, **_counts(looked, rows))
    for row in rows:
        row.check_of = check
    Difference.objects.bulk_create(rows[:MOST_KEPT])
    _log(check, now=now)
    return check


def begin_of(day: date) -> datetime:
    """When a UTC day begins."""
    return datetime.combine(day, time(), UTC)


def told(check: ParityCheck) -> str:
    """What a check found, in words: "3 differences (late bar 2, clock jump 1)"."""
    counts = Counter(row.get_cause_display().lower() for row in check.found.all())
    causes = ", ".join(f"{cause} {count}" for cause, count in counts.most_common())
    count = check.differences
    return f"{count} difference{'' if count == 1 else 's'} ({causes})" if count else "no difference"


def _counts(looked: Sequence[Looked], rows: Sequence[Difference]) -> dict[str, int]:
    return {
        "tracks": sum(look.bars > 0 for look in looked),
        "bars": sum(look.bars for look in looked),
        "decisions": sum(look.decisions for look in looked),
        "messages": sum(look.messages for look in looked),
        "differences": len(rows),
    }


def _log(check: ParityCheck, *, now: datetime) -> None:
    size = f"{check.bars} bars, {check.decisions} records and endings"
    log_event(
        "parity.differs" if check.differences else "parity.checked",
        at=now,
        subject=f"parity:{check.pk}",
        text=f"{check.run} on {check.day} computed again, {size}: {told(check)}",
        payload={"day": str(check.day), "run": check.run_id, "differences": check.differences},
    )
