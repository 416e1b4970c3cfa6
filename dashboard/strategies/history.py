"""The versions of a config: what each changed, who saved it, and what it decided."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import IntegerField, OuterRef, Subquery

from dashboard.strategies.words import differences
from signals.models import Run, Signal
from strategies.models import ConfigVersion, StrategyConfig
from strategies.snapshots import Difference

SHOWN = 10  # versions a page
COUNTED = 200  # signals of a version counted one by one


class CountOf(Subquery):
    """How many rows a sliced query has: it never reads more than its slice."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


@dataclass(frozen=True)
class Past:
    """One version in the history."""

    number: int
    label: str
    at: datetime
    by: str
    changed: tuple[Difference, ...]
    note: str  # for a version that changed no setting
    code: str
    signals: int
    is_current: bool

    @property
    def signals_text(self) -> str:
        """The count, or "200+" when there are more."""
        return f"{COUNTED}+" if self.signals > COUNTED else str(self.signals)


@dataclass(frozen=True)
class History:
    """A page of versions, newest first."""

    versions: tuple[Past, ...]
    older: int | None  # the page of versions before this number


def history(config: StrategyConfig, *, live: Run | None, before: int | None = None) -> History:
    """The newest versions older than number `before`; two queries."""
    newest = config.versions.order_by("-number").values_list("number", flat=True).first()
    rows = config.versions.order_by("-number").annotate(made=signals_made(live))
    if before is not None:
        rows = rows.filter(number__lt=before)
    found: list[Any] = list(rows[: SHOWN + 1])
    pairs = zip(found, [*found[1:], None], strict=True)
    past = tuple(_past(row, earlier, newest) for row, earlier in pairs)[:SHOWN]
    return History(past, past[-1].number if len(found) > SHOWN else None)


def signals_made(live: Run | None) -> CountOf:
    """How many live signals a version decided, up to one more than COUNTED."""
    made = Signal.objects.filter(config_version=OuterRef("pk"), run=live)
    return CountOf(made.order_by().values("pk")[: COUNTED + 1])


def _past(row: Any, earlier: ConfigVersion | None, newest: int | None) -> Past:
    changed = differences(earlier.snapshot, row.snapshot) if earlier else ()
    return Past(
        number=row.number,
        label=row.label,
        at=row.created_at,
        by=row.created_by,
        changed=changed,
        note="" if changed else row.changes.capitalize(),
        code=row.code_hash,
        signals=row.made,
        is_current=row.number == newest,
    )
