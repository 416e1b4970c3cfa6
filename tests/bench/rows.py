"""Rows into a table by the hundred thousand: COPY on PostgreSQL, one prepared insert on SQLite."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

Row = Sequence[Any]


@transaction.atomic
def pour(model: type[models.Model], columns: str, rows: Iterable[Row]) -> None:
    """Insert `rows` of `columns` ("id name") as they are; times go through `moment`."""
    table, names = model._meta.db_table, ", ".join(columns.split())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns.split()))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608


def moment(at: datetime) -> str:
    """A UTC time as both databases read it."""
    return f"{at:%Y-%m-%d %H:%M:%S}"


def settle(*models_filled: type[models.Model]) -> None:
    """Let ids go on after the highest; PostgreSQL looks at its tables by itself, here at once."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models_filled):
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")
