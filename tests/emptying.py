"""Rows of tests that commit, taken away again: only where there are any, which is most of the time.

Django truncates every table and fills content types, permissions and roles anew after each such
test: seconds on PostgreSQL, for a hundred tables of which a few hold a few rows.
"""

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase

from audit.triggers import install_triggers, remove_triggers

KEPT = ("django_content_type", "auth_permission", "auth_group", "auth_group_permissions")
"""What migrating filled; a test that changed it gets Django's own flush."""

filled: tuple[int, ...] | None = None  # how KEPT looked before the first test that commits


def begin_empty() -> None:
    """From now on tests that commit end with `empty_tables`."""
    TransactionTestCase._fixture_teardown = lambda case: empty_tables()


def remember_what_migrating_filled() -> None:
    global filled
    filled = filled or _sizes()


def empty_tables() -> None:
    """Take away every row that migrating did not bring."""
    remove_triggers()
    if _sizes() != filled:
        call_command("flush", verbosity=0, interactive=False)
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608  names of our models
    install_triggers(using="default")


def _tables() -> list[str]:
    """Those with rows, but for KEPT."""
    names = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    names &= set(connection.introspection.table_names())
    names -= set(KEPT)
    with connection.cursor() as cursor:
        asked = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})"  # noqa: S608
            for name in sorted(names)
        )
        cursor.execute(asked)
        return [name for (name,) in cursor.fetchall()]


def _sizes() -> tuple[int, ...]:
    """Number and highest id of the rows of each of KEPT."""
    both = "(SELECT count(*) FROM {0}), (SELECT max(id) FROM {0})"
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(map(both.format, KEPT)))
        return cursor.fetchone()
