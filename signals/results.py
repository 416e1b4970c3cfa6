"""What live signals came to, added up by the database; judged as their positions were stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Sum

from markets.feeds.registry import demo_feeds
from risk.statistics import Results
from signals.models import Signal, SignalQuerySet

Status, Ending = Signal.Status, Signal.Ending

BY = {
    "strategy": {"strategy": "strategy"},
    "symbol": {"symbol": "symbol__code"},
    "config": {"config": "config_id", "symbol": "symbol__code", "strategy": "strategy"},
}
"""What results are grouped by: names of a group and the columns they are read from."""

KNOWN = Q(status=Status.CLOSED, position__r_multiple__isnull=False)


@dataclass(frozen=True)
class Group:
    """The results of those signals that share what is not None."""

    results: Results
    strategy: str | None = None
    symbol: str | None = None
    config: int | None = None


def judged(
    *,
    symbol: str | None = None,
    strategy: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> SignalQuerySet:
    """Live entries found in time, blocked ones included; by when their bar closed."""
    asked = {
        "symbol__code": symbol,
        "strategy": strategy,
        "bar_closed_at__gte": since,
        "bar_closed_at__lt": until,
    }
    entries = Signal.objects.live().exclude(action=Signal.Action.FLAT).filter(late=False)
    return entries.filter(**{name: value for name, value in asked.items() if value is not None})


def groups(signals: SignalQuerySet, by: str) -> list[Group]:
    """The results of `signals` for each one of BY that has any, in one query."""
    names = BY[by]
    rows: Iterable[dict[str, Any]] = (
        signals.order_by(*names.values()).values(*names.values()).annotate(**_sums())
    )
    return [
        Group(_results(row), **{name: row[column] for name, column in names.items()})
        for row in rows
    ]


def total(signals: SignalQuerySet) -> Results:
    """The results of all `signals`."""
    return _results(signals.order_by().aggregate(**_sums()))


def _sums() -> dict[str, Any]:
    """One expression for each field of Results."""

    def count(*where: Q, **also: Any) -> Count:
        return Count("pk", filter=Q(*where, **also))

    return {
        "open": count(status=Status.OPEN),
        "closed": count(status=Status.CLOSED),
        "blocked": count(status=Status.BLOCKED),
        "n": count(KNOWN),
        "wins": count(KNOWN, position__r_multiple__gt=0),
        "losses": count(KNOWN, position__r_multiple__lt=0),
        "expired": count(KNOWN, ending=Ending.EXPIRED),
        "r_sum": Sum("position__r_multiple", filter=KNOWN),
        "pips_sum": Sum("position__pips", filter=KNOWN),
        "demo": count(KNOWN, feed__in=demo_feeds()),
    }


def _results(row: dict[str, Any]) -> Results:
    return Results(**{name: row[name] for name in Results.__dataclass_fields__})
