"""Stored minutes of many symbols in one statement each.

The lists of what is asked travel as one parameter: arrays on PostgreSQL, JSON on SQLite. Each
statement walks the unique index once per symbol, whatever the planner thinks of the table.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from markets.frames import BAR_COLUMNS, Timeframe
from markets.models import AskSource, Candle

Key = tuple[int, str]  # symbol id, feed
_TABLE = Candle._meta.db_table
_OF = (
    "c.feed = asked.feed AND c.symbol_id = asked.symbol_id"
    f" AND c.timeframe = '{Timeframe.M1.value}'"
)
_COLUMNS = ", ".join(f"c.{name}" for name in BAR_COLUMNS)
_CROSSED = f"CASE WHEN c.ask_source = '{AskSource.CROSSED.value}' THEN 1 ELSE 0 END"


def newest_minutes(keys: Sequence[Key]) -> dict[Key, tuple[int, float]]:
    """(open time in seconds since 1970, close) of the newest stored minute of each; one query."""
    newest = f"(SELECT c.id FROM {_TABLE} c WHERE {_OF} ORDER BY c.time DESC LIMIT 1)"  # noqa: S608
    statement = (
        f"SELECT asked.n, {_seconds()}, c.close FROM {_asked()}"  # noqa: S608
        f" JOIN {_TABLE} c ON c.id = {newest}"
    )
    return {keys[n]: (time, close) for n, time, close in _rows(statement, _lists(keys))}


def stored_counts(
    keys: Sequence[Key], spans: Sequence[tuple[int, int]]
) -> list[tuple[int, float | None]]:
    """(minutes stored within each span, close of its last one); both ends, seconds; one query."""
    within = f"{_OF} AND c.time >= asked.a AND c.time <= asked.b"
    counted = f"SELECT COUNT(*) FROM {_TABLE} c WHERE {within}"  # noqa: S608
    last = f"SELECT c.close FROM {_TABLE} c WHERE {_OF} AND c.time = asked.b"  # noqa: S608
    statement = f"SELECT ({counted}), ({last}) FROM {_asked()} ORDER BY asked.n"  # noqa: S608
    return _rows(statement, _lists(keys, spans))


def cutoffs(keys: Sequence[Key], afters: Sequence[int], warmup: int) -> list[int | None]:
    """Open time of the `warmup`th minute before or at each `after`; None with fewer; one query."""
    before = f"{_OF} AND c.time <= asked.a ORDER BY c.time DESC LIMIT 1 OFFSET %s"
    statement = (
        f"SELECT (SELECT {_seconds()} FROM {_TABLE} c WHERE {before})"  # noqa: S608
        f" FROM {_asked()} ORDER BY asked.n"
    )
    spans = [(after, after) for after in afters]
    return [time for (time,) in _rows(statement, _lists(keys, spans), first=[warmup - 1])]


def minutes_after(
    keys: Sequence[Key], afters: Sequence[int]
) -> list[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """(times, (9, n) prices in the order of BAR_COLUMNS) stored after each `after`; one query.

    Oldest first, seconds since 1970; crossed asks as bid plus typical spread.
    """
    spans = [(after, after) for after in afters]
    rows = _rows(_minutes(), _lists(keys, spans))
    if not rows:
        nothing = np.empty(0, dtype=np.int64), np.empty((len(BAR_COLUMNS), 0))
        return [nothing for _ in keys]
    values = np.array(rows, dtype=np.float64).T
    edges = np.searchsorted(values[0], np.arange(len(keys) + 1))
    prices = _resolved(values)
    times = values[1].astype(np.int64)
    spans_of = zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    return [(times[a:b], prices[:, a:b].copy()) for a, b in spans_of]


def _minutes() -> str:
    chosen = f"{_seconds()} AS t, {_COLUMNS}, {_CROSSED} AS crossed, c.typical_spread"
    if connection.vendor == "sqlite":
        return (
            f"SELECT asked.n, {chosen} FROM {_asked()} CROSS JOIN {_TABLE} c"  # noqa: S608
            f" WHERE {_OF} AND c.time > asked.a ORDER BY asked.n, c.time"
        )
    own = f"SELECT {chosen} FROM {_TABLE} c WHERE {_OF} AND c.time > asked.a"  # noqa: S608
    return (
        f"SELECT asked.n, m.* FROM {_asked()}"  # noqa: S608
        f" CROSS JOIN LATERAL ({own} ORDER BY c.time OFFSET 0) m ORDER BY 1, 2"
    )


def _resolved(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """(9, n) prices of rows (n, t, *BAR_COLUMNS, crossed, spread)."""
    prices, crossed, spread = values[2:11], values[11] > 0, values[12]
    for bid, ask in zip(range(4), range(5, 9), strict=True):
        prices[ask] = np.where(crossed, prices[bid] + spread, prices[ask])
    return prices


def _seconds() -> str:
    if connection.vendor == "sqlite":
        return "CAST(strftime('%%s', c.time) AS INTEGER)"
    return "EXTRACT(EPOCH FROM c.time)::bigint"


_FROM_JSON = """(
    SELECT json_extract(value, '$[0]') AS n, json_extract(value, '$[1]') AS symbol_id,
           json_extract(value, '$[2]') AS feed, json_extract(value, '$[3]') AS a,
           json_extract(value, '$[4]') AS b
    FROM json_each(%s)
) AS asked"""
_FROM_LISTS = """(
    SELECT n, symbol_id, feed, to_timestamp(x) AS a, to_timestamp(y) AS b
    FROM unnest(%s::int[], %s::bigint[], %s::text[], %s::float8[], %s::float8[])
        AS given(n, symbol_id, feed, x, y)
) AS asked"""


def _asked() -> str:
    """What is asked as a table: n, symbol_id, feed, a, b (times)."""
    return _FROM_JSON if connection.vendor == "sqlite" else _FROM_LISTS


def _lists(keys: Sequence[Key], spans: Sequence[tuple[int, int]] = ()) -> list[Any]:
    """The parameters `_asked` stands for."""
    spans = spans or [(0, 0)] * len(keys)
    if connection.vendor == "sqlite":
        rows = [
            (n, *key, *map(_text, span))
            for n, (key, span) in enumerate(zip(keys, spans, strict=True))
        ]
        return [json.dumps(rows)]
    symbols, feeds = [key[0] for key in keys], [key[1] for key in keys]
    return [list(range(len(keys))), symbols, feeds, [a for a, _ in spans], [b for _, b in spans]]


def _text(seconds: int) -> str:
    """A time as Django writes it to SQLite, where order of text must be order of time."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _rows(statement: str, lists: list[Any], first: Sequence[Any] = ()) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [*first, *lists])
        return list(cursor.fetchall())
