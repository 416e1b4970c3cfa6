"""Triggers that make the log append-only in the database itself, on SQLite and PostgreSQL.

Installed after every `migrate`; the system check audit.E001 says when one is missing.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error
from django.db import connections

Statements = dict[str, str]  # trigger name -> the SQL that creates it

TABLES = ("audit_event", "audit_seal")
REFUSAL = "is append-only: add a new event instead of changing an old one"

POSTGRES_BODY = f"""
BEGIN
  RAISE EXCEPTION '% {REFUSAL}', TG_TABLE_NAME USING ERRCODE = '23000';
END """
POSTGRES_FUNCTION = (
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql "
    f"AS $${POSTGRES_BODY}$$"
)
UNIQUE_COLUMNS = {
    "audit_event": ("id",),
    "audit_seal": ("seq", "event_id", "prev_hash", "hash"),
}


def install_triggers(*, using: str, **kwargs: Any) -> None:
    """Create the triggers that are missing; called by post_migrate, harmless when repeated."""
    connection = connections[using]
    missing = missing_triggers(using)
    with connection.cursor() as cursor:
        if missing and connection.vendor == "postgresql":
            cursor.execute(POSTGRES_FUNCTION)
        for name, sql in missing.items():
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(sql)


def remove_triggers(using: str = "default") -> None:
    """Drop them all. The desk never does; a test that must empty the tables does."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table in TABLES:
            for name in _wanted(connection.vendor, table):
                on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def missing_triggers(using: str = "default") -> Statements:
    """The triggers that are absent, switched off or do something else, of tables that exist."""
    connection = connections[using]
    tables = [t for t in TABLES if t in connection.introspection.table_names()]
    present = _present(using)
    wanted = {n: sql for t in tables for n, sql in _wanted(connection.vendor, t).items()}
    return {n: sql for n, sql in wanted.items() if not _is_as_wanted(present.get(n), sql)}


def _is_as_wanted(found: str | None, wanted: str) -> bool:
    """Whether what a trigger does is what it must do: one that does nothing has the name too."""
    return found in (wanted, POSTGRES_BODY)


def check_triggers(
    *,
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """audit.E001: a trigger is missing, so the log could be changed unnoticed."""
    return [
        Error(
            f"The append-only trigger {name} is missing in database {using!r}.",
            hint="Run `manage.py migrate --skip-checks` to install it again, "
            "then `manage.py verify_audit` to see whether the log was changed meanwhile.",
            id="audit.E001",
        )
        for using in databases or []
        for name in missing_triggers(using)
    ]


def _wanted(vendor: str, table: str) -> Statements:
    if vendor == "postgresql":
        return _postgres_trigger(table)
    return _sqlite_triggers(table)


def _postgres_trigger(table: str) -> Statements:
    """ALWAYS: it also fires for a session that calls itself a replica."""
    name = f"{table}_append_only"
    return {
        name: f"DROP TRIGGER IF EXISTS {name} ON {table}; "
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse(); "
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
    }


def _sqlite_triggers(table: str) -> Statements:
    """Three: INSERT OR REPLACE deletes a row on SQLite without firing the one for DELETE."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END"
    same = " OR ".join(f"{column} = NEW.{column}" for column in UNIQUE_COLUMNS[table])
    taken = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608  own names only
    return {
        f"{table}_no_update": f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"{table}_no_delete": f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"{table}_no_replace": f"CREATE TRIGGER {table}_no_replace "
        f"BEFORE INSERT ON {table} {taken} {refuse}",
    }


def _present(using: str) -> dict[str, str]:
    """What each trigger does, by name: its SQL, or the body of the function it calls."""
    connection = connections[using]
    by_vendor = {
        "postgresql": "SELECT tgname, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
        "WHERE tgenabled = 'A' AND tgname = tgrelid::regclass || '_append_only' "
        "AND tgtype = 2|8|16|32 "  # BEFORE DELETE, UPDATE, TRUNCATE
        "AND tgqual IS NULL AND cardinality(tgattr::int2[]) = 0",
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    }
    with connection.cursor() as cursor:
        cursor.execute(by_vendor[connection.vendor])
        return dict(cursor.fetchall())
