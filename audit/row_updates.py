"""Writing some columns of many rows at once: one statement, whatever their number."""

import json
from collections.abc import Sequence
from functools import cache, partial
from typing import Any

from django.db import connection, models


def update_rows(
    rows: Sequence[Any], names: Sequence[str], *, model: type[models.Model] | None = None
) -> None:
    """Store the columns `names` of `rows`, all of one model, as `bulk_update` would.

    That one builds a CASE for each column and row, which costs 25 times as much. With `model` a
    row may be anything that has `pk` and these columns as attributes.
    """
    if not rows:
        return
    about = (model or rows[0])._meta
    fields: list[Any] = [about.get_field(name) for name in names]
    columns = [_prepared(field, [getattr(row, field.attname) for row in rows]) for field in fields]
    keys = [row.pk for row in rows]
    table = about.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(f"{field.column} = %s" for field in fields)
            statement = f"UPDATE {table} SET {marks} WHERE id = %s"  # noqa: S608
            cursor.executemany(statement, list(zip(*columns, keys, strict=True)))
        else:
            cursor.execute(_from_arrays(table, fields), [keys, *columns])


def _from_arrays(table: str, fields: Sequence[Any]) -> str:
    """PostgreSQL: the rows come as one array a column, those of JSON as one JSON array."""
    names = [field.column for field in fields]
    marks = ", ".join(f"{name} = new.{name}" for name in names)
    lists = ", ".join(["unnest(%s::bigint[])", *map(_listed, fields)])
    source = f"ROWS FROM ({lists}) AS new(id, {', '.join(names)})"
    return f"UPDATE {table} SET {marks} FROM {source} WHERE {table}.id = new.id"  # noqa: S608


def _listed(field: Any) -> str:
    if isinstance(field, models.JSONField):  # as texts each quote would be escaped, and again
        return "jsonb_array_elements(%s::jsonb)"
    return f"unnest(%s::{field.db_type(connection)}[])"


def _prepared(field: Any, values: Sequence[Any]) -> Any:
    """The values of one column as the database takes them."""
    if isinstance(field, models.JSONField):
        is_whole = connection.vendor != "sqlite"
        return json.dumps(values) if is_whole else [json.dumps(value) for value in values]
    if isinstance(field, models.FloatField):  # -0.0 stays so in an array, written out it does not
        return [value if value is None else float(value) + 0.0 for value in values]
    as_stored = cache(partial(field.get_db_prep_save, connection=connection))
    return [as_stored(value) for value in values]  # most rows of a minute hold the same times
