"""What many tracks hold, read as plain values: most minutes nothing happens to it."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from audit.row_updates import update_rows
from risk.states import Position as Held
from signals.holdings import Standing, follow, held_from
from signals.ledger import FOLLOWED
from signals.models import Position

COLUMNS = (
    *("pk", "track_id", "signal__action", "signal__bar_time", "signal__price", "signal__sl"),
    *("signal__tp", "signal__expires_at", "is_shadow", "entry_at", "entry_price", "stop"),
    *("best_price", "worst_price", "state", "reason"),
)


def held_by(track_ids: Sequence[int]) -> dict[int, dict[int, Held]]:
    """Track id -> position id -> what it holds; one query."""
    running = Position.objects.filter(track__in=track_ids).exclude(state=Position.State.CLOSED)
    found: dict[int, dict[int, Held]] = defaultdict(dict)
    for pk, track_id, *values in running.values_list(*COLUMNS):
        found[track_id][pk] = held_from(Standing(*values))
    return found


def follow_all(changed: dict[int, Held]) -> None:
    """Bring the rows (by id) up to where the fold has them; one statement."""
    rows = []
    for pk, held in changed.items():
        row = Position(pk=pk, stop=Decimal(0))
        follow(row, held)
        rows.append(row)
    update_rows(rows, FOLLOWED)
