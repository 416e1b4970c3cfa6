"""What SQLite's file gives away beside the chain: ids without gaps, and the bytes of each row.

SQLite keeps what it is given, whatever the column, so a row can be made unreadable, or read the
same and sort or search otherwise. PostgreSQL's types refuse that, and its ids have honest gaps.
"""

import json
from collections.abc import Iterable

from django.db import connection

from audit.models import Event

TEXTS = {
    "audit_event": ("kind", "actor", "subject", "text", "payload"),
    "audit_seal": ("prev_hash", "hash"),
}
TIMES = {"audit_event": "at", "audit_seal": "sealed_at"}
IDS = {"audit_event": "id", "audit_seal": "event_id"}
SECOND = "dddd-dd-dd dd:dd:dd".replace("d", "[0-9]")
LENGTHS = "(19, 23, 26)"  # of a time: whole, in milliseconds, in microseconds


def ill_stored() -> int | None:
    """The first event the desk cannot have written so, nor its seal; read before any other row."""
    if connection.vendor != "sqlite":
        return None
    return min((pk for table in TEXTS if (pk := _ill_stored(table)) is not None), default=None)


def missing_id() -> int | None:
    """The first id that was given to an event and is gone; a rolled back one is given again."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(id), max(id) FROM audit_event")
        count, first, last = cursor.fetchone()
        if not count or count == last - first + 1:
            return None
        cursor.execute(
            "SELECT min(id) + 1 FROM audit_event AS this WHERE NOT EXISTS "
            "(SELECT 1 FROM audit_event WHERE id = this.id + 1)"
        )
        return int(cursor.fetchone()[0])


def last_id() -> int | None:
    """The highest id ever given to an event; None where that is not known."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit_event'")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def ill_written(events: Iterable[Event]) -> int | None:
    """The first of `events` whose details say the same in another way, such as a key twice."""
    by_id = {event.pk: event for event in events}
    if connection.vendor != "sqlite" or not by_id:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, payload FROM audit_event WHERE id BETWEEN %s AND %s ORDER BY id",
            [min(by_id), max(by_id)],
        )
        rows = cursor.fetchall()
    return next((pk for pk, text in rows if pk in by_id and not _is_ours(text, by_id[pk])), None)


def _is_ours(text: str, event: Event) -> bool:
    return text == json.dumps(event.payload)


def _ill_stored(table: str) -> int | None:
    at = TIMES[table]
    odd = [f"typeof({column}) <> 'text'" for column in (at, *TEXTS[table])]
    odd += ["NOT json_valid(payload)"] if table == "audit_event" else []
    odd += [
        f"substr({at}, 1, 19) NOT GLOB '{SECOND}'",
        f"length({at}) NOT IN {LENGTHS}",
        f"length({at}) > 19 AND substr({at}, 20, 1) <> '.'",
        f"substr({at}, 21) GLOB '*[^0-9]*'",
    ]
    where = " OR ".join(f"({each})" for each in odd)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min({IDS[table]}) FROM {table} WHERE {where}")  # noqa: S608  ours
        found: int | None = cursor.fetchone()[0]
    return found
