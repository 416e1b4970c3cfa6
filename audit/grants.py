"""Two roles on PostgreSQL: the owner makes the tables, the application can only add to the log.

Triggers refuse a change of the log to everybody, but an owner can drop a trigger. A desk that runs
as another role cannot.
"""

from django.db import connection

from audit.triggers import TABLES

WRITTEN = {  # what the desk says of a row of the log; the id of an event is the database's
    "audit_event": ("at", "kind", "actor", "subject", "text", "payload"),
    "audit_seal": ("seq", "event_id", "prev_hash", "hash", "sealed_at"),
}


def grants(role: str, *, schema: str = "public") -> list[str]:
    """The statements the owner runs once after the first `migrate`; later tables follow."""
    who, where = connection.ops.quote_name(role), connection.ops.quote_name(schema)
    rows = "SELECT, INSERT, UPDATE, DELETE"
    return [
        f"REVOKE CREATE ON SCHEMA {where} FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA {where} TO {who}",
        f"GRANT {rows} ON ALL TABLES IN SCHEMA {where} TO {who}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {where} TO {who}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {where} GRANT {rows} ON TABLES TO {who}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {where} GRANT USAGE ON SEQUENCES TO {who}",
        *(statement for table in TABLES for statement in _only_adding(table, who)),
    ]


def _only_adding(table: str, who: str) -> tuple[str, ...]:
    columns = ", ".join(WRITTEN[table])
    return (
        f"REVOKE ALL ON {table} FROM {who}",
        f"GRANT SELECT, INSERT ({columns}) ON {table} TO {who}",
    )
