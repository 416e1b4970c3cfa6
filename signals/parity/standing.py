"""How far the live record can be trusted: what the looks back at its days found."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

from signals.models import Difference, Journal, ParityCheck, Run

SHOWN = 50  # differences
State = Literal["clean", "amber", "unchecked"]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The newest look back at each live day of a period; days are UTC."""

    state: State
    text: str
    days: int = 0  # checked
    unchecked: int = 0  # days that are over and had bars, but no look back yet
    by_cause: tuple[tuple[str, int], ...] = ()  # most frequent first, causes in words
    differences: tuple[Difference, ...] = field(default=(), repr=False)  # the newest


def standing(since: datetime | None, until: datetime | None, *, now: datetime) -> Standing:
    """The standing of the live days touched by [since, until)."""
    checks = _newest_checks(since, until)
    days = _days_with_bars(since, until, now=now)
    unchecked = len(days - {check.day for check in checks})
    differing = [check for check in checks if check.differences]
    found = Difference.objects.filter(check_of__in=differing)
    counts = Counter(
        Difference.Cause(cause).label for cause in found.values_list("cause", flat=True)
    )
    listed = found.select_related("track__config__symbol", "signal__symbol", "check_of")
    checked: State = "clean" if checks else "unchecked"
    return Standing(
        state="amber" if differing else checked,
        text=_words(len(checks), len(differing), unchecked, counts),
        days=len(checks),
        unchecked=unchecked,
        by_cause=tuple(counts.most_common()),
        differences=tuple(listed.order_by("-at", "-pk")[:SHOWN]) if differing else (),
    )


def _newest_checks(since: datetime | None, until: datetime | None) -> list[ParityCheck]:
    """The newest check of each live day with something to compare, oldest day first."""
    checks = ParityCheck.objects.filter(run__kind=Run.Kind.LIVE)
    if since is not None:
        checks = checks.filter(day__gte=since.astimezone(UTC).date())
    if until is not None:
        checks = checks.filter(day__lte=until.astimezone(UTC).date())
    newest = {check.day: check for check in checks.order_by("day", "pk")}.values()
    return [check for check in newest if check.bars or check.differences]


def _days_with_bars(since: datetime | None, until: datetime | None, *, now: datetime) -> set[date]:
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    hours = Journal.objects.filter(track__run__kind=Run.Kind.LIVE, hour__lt=today)
    if since is not None:
        hours = hours.filter(hour__gte=since)
    if until is not None:
        hours = hours.filter(hour__lt=until)
    return {at.date() for at in hours.order_by().datetimes("hour", "day", tzinfo=UTC)}


def _words(checked: int, differing: int, unchecked: int, counts: Counter[str]) -> str:
    if not checked:
        waiting = f" {_days(unchecked)} waiting for it." if unchecked else ""
        return f"No day of this period was computed again yet.{waiting}"
    waiting = f" {_days(unchecked)} not computed again yet." if unchecked else ""
    if not differing:
        return f"{_days(checked)} computed again, every decision the same.{waiting}"
    found = ", ".join(f"{cause.lower()} {count}" for cause, count in counts.most_common())
    return f"{differing} of {_days(checked)} computed again came out otherwise: {found}.{waiting}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
