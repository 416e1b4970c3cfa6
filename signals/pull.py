"""What scripts pull, in one statement written by hand.

They ask all day, and Django takes ten times as long to put such a statement together as any
database takes to answer it. Tests hold it to what `SignalQuerySet` finds.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from rest_framework.exceptions import NotFound

from access.pagination import OTHER_CURSOR
from signals.contract import End, Facts
from signals.models import Tick
from signals.models.tick import last_change

OWN = [name for name in Facts._fields if name != "end"]
TIMES = ("expires_at", "issued_at", "bar_time")
ELSEWHERE = {"symbol": "y.code", "version": "v.number"}
COLUMNS = [
    *(ELSEWHERE.get(name, f"s.{name}") for name in OWN),
    *(f"p.{name}" for name in End._fields),
    "s.bar_closed_at",
    "(SELECT finished_at FROM signals_tick ORDER BY slot DESC LIMIT 1)",
]
STATEMENT = f"""
SELECT {", ".join(COLUMNS)}
FROM signals_signal s
    JOIN markets_symbol y ON y.id = s.symbol_id
    JOIN strategies_configversion v ON v.id = s.config_version_id
    LEFT JOIN signals_position p ON p.signal_id = s.id
WHERE s.run_id = (SELECT id FROM signals_run WHERE kind = 'live' LIMIT 1)
    AND NOT s.is_shadow AND %s
ORDER BY s.bar_closed_at DESC, s.id DESC
LIMIT %d
"""  # noqa: S608  nothing of it comes from outside
CONDITIONS = {
    "id": "s.id = %s",
    "symbol": "s.symbol_id = (SELECT id FROM markets_symbol WHERE code = %s)",
    "strategy": "s.strategy = %s",
    "timeframe": "s.timeframe = %s",
    "action": "s.action = %s",
    "status": "s.status = %s",
    "since": "s.bar_closed_at >= %s",
    "current_at": "s.expires_at > %s",
    "cursor": "(s.bar_closed_at, s.id) < (%s, %s)",
}
LARGEST_ID = 2**63 - 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Pulled(NamedTuple):
    """Public signals, the newest bar first."""

    facts: list[Facts]
    changed_at: datetime | None  # when readers may last have seen it change; None: not known
    next: str | None  # the `cursor` of the page after


def newest_current(asked: Mapping[str, Any], *, now: datetime) -> Pulled:
    """The newest signal whose idea has not expired, if there is one; one query."""
    return pull({**asked, "current_at": now}, limit=1, now=now)


def pull(asked: Mapping[str, Any], *, limit: int, now: datetime) -> Pulled:
    """Up to `limit` live signals as CONDITIONS name them; blocked ones only by their status.

    NotFound for a `cursor` that is none of this list.
    """
    conditions = [CONDITIONS[name] for name in asked]
    conditions += [] if "status" in asked else ["s.status <> 'blocked'"]
    values = [value for name, wanted in asked.items() for value in _values(name, wanted)]
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT % (" AND ".join(conditions), limit + 1), values)
        rows = cursor.fetchall()
    if not rows:
        return Pulled([], Tick.objects.readers_change(now=now), None)
    shown = [_facts(row) for row in rows[:limit]]
    ticked = last_change(_moment(rows[0][-1]), now=now)
    changed_at = ticked and max([ticked, *(facts.changed_at for facts in shown)])
    return Pulled(shown, changed_at, _place(rows[limit - 1]) if len(rows) > limit else None)


def _facts(row: Sequence[Any]) -> Facts:
    told = dict(zip(OWN, row, strict=False))
    told |= {name: _moment(told[name]) for name in TIMES}
    told |= {"late": bool(told["late"]), "refusals": json.loads(told["refusals"])}
    end = End._make(row[len(OWN) : len(OWN) + len(End._fields)])
    return Facts(**told, end=end._replace(closed_at=_moment(end.closed_at)))


def _moment(stored: Any) -> Any:
    """A time of any database as Django has it; SQLite's, which says no zone, is in UTC."""
    at = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at


def _values(name: str, wanted: Any) -> list[Any]:
    """What stands for the placeholders of a condition."""
    values = _read_place(wanted) if name == "cursor" else [wanted]
    adapt = connection.ops.adapt_datetimefield_value
    return [adapt(value) if isinstance(value, datetime) else value for value in values]


def _place(row: Sequence[Any]) -> str:
    """Where a page ends: when the last bar on it closed, in microseconds, and the signal's id."""
    closed_at, number = _moment(row[-2]), row[OWN.index("id")]
    return f"{(closed_at - EPOCH) // MICROSECOND}.{number}"


def _read_place(cursor: str) -> list[Any]:
    closed, _, number = cursor.partition(".")
    try:
        closed_at, last = EPOCH + int(closed) * MICROSECOND, int(number)
    except (ValueError, OverflowError):
        raise NotFound(OTHER_CURSOR) from None
    if not 0 <= last <= LARGEST_ID:
        raise NotFound(OTHER_CURSOR)
    return [closed_at, last]
