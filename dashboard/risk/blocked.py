"""What each guard blocked lately, from a bounded number of blocked signals."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from signals.models import Signal

DAY, WEEK = timedelta(hours=24), timedelta(days=7)
READ = 1000  # newest blocked signals of the week
SHOWN = 5  # of each guard


@dataclass(frozen=True)
class Refused:
    """One signal a guard blocked."""

    pk: int
    at: datetime
    symbol: str
    action: str
    reason: str


@dataclass(frozen=True)
class BlockedBy:
    """What one guard blocked."""

    in_day: int = 0
    in_week: int = 0
    newest: tuple[Refused, ...] = ()


@dataclass(frozen=True)
class Lately:
    """What every guard blocked; `cut_at` is the oldest signal read when there were more."""

    by_guard: Mapping[str, BlockedBy] = field(default_factory=dict)
    cut_at: datetime | None = None

    def of(self, slug: str) -> BlockedBy:
        return self.by_guard.get(slug, BlockedBy())


def blocked_lately(*, now: datetime, most: int = READ) -> Lately:
    """The refusals of the last seven days; one query."""
    blocked = Signal.objects.live().filter(
        status=Signal.Status.BLOCKED, bar_closed_at__gt=now - WEEK
    )
    rows = list(
        blocked.order_by("-bar_closed_at", "-pk").values_list(
            "pk", "bar_closed_at", "symbol__code", "action", "refusals"
        )[: most + 1]
    )
    refused: dict[str, list[Refused]] = defaultdict(list)
    for pk, at, symbol, action, refusals in rows[:most]:
        for refusal in refusals:
            line = Refused(pk, at, symbol, action, refusal["reason"])
            refused[refusal["guard"]].append(line)
    cut_at = rows[most - 1][1] if len(rows) > most else None
    return Lately({slug: _summed(found, now) for slug, found in refused.items()}, cut_at)


def _summed(found: list[Refused], now: datetime) -> BlockedBy:
    """`found` newest first."""
    in_day = sum(line.at > now - DAY for line in found)
    return BlockedBy(in_day, len(found), tuple(found[:SHOWN]))
