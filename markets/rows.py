"""Candle rows in and out of the database, many at a time."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from markets.batch import SIDES, Batch
from markets.frames import Timeframe
from markets.history import EpochSeconds
from markets.models import AskSource, Candle, Symbol

StoredCandle = tuple[Any, ...]  # id, bid SIDES, ask SIDES, volume
SPARSE = 50  # minutes a bar; batches thinner than that are looked up minute by minute
BARS = ("time", *SIDES, *(f"ask_{side}" for side in SIDES), "volume", "ask_source")
_TABLE = Candle._meta.db_table
_AT_ONCE = 50  # rows of one statement on SQLite: a third of the time of a statement for each
# PostgreSQL: one statement over a few columns, or over a table filled by COPY if they are long
_MANY = 500  # rows
_COLUMNS = (*BARS, "symbol_id", "feed", "timeframe", "typical_spread", "observed_at")
_INTO = f"INTO {_TABLE} ({', '.join(_COLUMNS)})"
_SELECT = (
    f"INSERT {_INTO} SELECT to_timestamp(t), o, h, l, c, ao, ah, al, ac, v, s, %s, %s, %s, %s, %s"
)
_FROM_ARRAYS = (
    f"{_SELECT} FROM unnest({'%s::float8[], ' * 10} %s::text[])"
    " AS bars(t, o, h, l, c, ao, ah, al, ac, v, s) ON CONFLICT DO NOTHING"
)
_FROM_MANY = (
    f"INSERT {_INTO} SELECT to_timestamp(t), o, h, l, c, ao, ah, al, ac, v, s, y, f, %s, w, %s"  # noqa: S608
    f" FROM unnest({'%s::float8[], ' * 10} %s::text[], %s::bigint[], %s::text[], %s::float8[])"
    " AS bars(t, o, h, l, c, ao, ah, al, ac, v, s, y, f, w) ON CONFLICT DO NOTHING"
)
_NEW_BARS = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS new_bars (t float8, o float8, h float8, l float8,"
    " c float8, ao float8, ah float8, al float8, ac float8, v float8, s float8)"
    " ON COMMIT DELETE ROWS"
)
_SOURCES = (AskSource.FEED.value, AskSource.TYPICAL.value, AskSource.CROSSED.value)
_FROM_TABLE = (
    f"{_SELECT} FROM (SELECT t, o, h, l, c, ao, ah, al, ac, v,"  # noqa: S608
    f" (ARRAY{list(_SOURCES)})[s::integer] AS s FROM new_bars) AS bars ON CONFLICT DO NOTHING"
)
# COPY's binary format: a head, rows of a count and of values with their size before them, a tail
_CELL = np.dtype([("size", ">i4"), ("value", ">f8")])
_ROW = np.dtype([("count", ">i2"), ("cells", _CELL, len(BARS))])
_HEAD, _TAIL = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"


def resolved_ask(
    batch: Batch, crossed: NDArray[np.bool_], spread: float | NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.str_]]:
    """((n, 4) ask prices to store, (n,) where each came from); `spread` in price units.

    A spread for each bar is an array of (n, 1).
    """
    ask = np.where(batch.has_ask[:, None], batch.ask, batch.bid + spread)
    source = np.where(
        crossed,
        AskSource.CROSSED.value,
        np.where(batch.has_ask, AskSource.FEED.value, AskSource.TYPICAL.value),
    )
    return ask, source


def insert_candles(
    symbol: Symbol,
    feed: str,
    batch: Batch,
    ask: NDArray[np.float64],
    source: NDArray[np.str_],
    *,
    now: datetime,
) -> int:
    """How many of these bars became candles; a minute that is stored already is left alone."""
    if not len(batch):
        return 0
    same: dict[str, Any] = {
        "symbol_id": symbol.pk,
        "feed": feed,
        "timeframe": Timeframe.M1.value,
        "typical_spread": symbol.typical_spread,
        "observed_at": now,
    }
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return _insert_in_lots(cursor, _columns(batch, ask, source), same)
        if len(batch) < _MANY:
            prices = _prices(batch, ask, source)
            cursor.execute(_FROM_ARRAYS, [*same.values(), batch.times.tolist(), *prices])
        else:
            _copy(cursor, batch, ask, source)
            cursor.execute(_FROM_TABLE, [*same.values()])
        return int(max(0, cursor.rowcount))


def insert_minutes(
    owners: Sequence[tuple[Symbol, str]],
    batch: Batch,
    ask: NDArray[np.float64],
    source: NDArray[np.str_],
    *,
    now: datetime,
) -> int:
    """How many of these bars became candles; `owners`: symbol and feed of each. One statement."""
    own: dict[str, list[Any]] = {
        "symbol_id": [symbol.pk for symbol, _ in owners],
        "feed": [feed for _, feed in owners],
        "typical_spread": [symbol.typical_spread for symbol, _ in owners],
    }
    same: dict[str, Any] = {"timeframe": Timeframe.M1.value, "observed_at": now}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return _insert_in_lots(cursor, _columns(batch, ask, source) | own, same)
        columns = [batch.times.tolist(), *_prices(batch, ask, source), *own.values()]
        cursor.execute(_FROM_MANY, [*same.values(), *columns])
        return int(max(0, cursor.rowcount))


def _prices(batch: Batch, ask: NDArray[np.float64], source: NDArray[np.str_]) -> list[list[Any]]:
    """The columns of BARS but the first."""
    return [*batch.bid.T.tolist(), *ask.T.tolist(), batch.volume.tolist(), source.tolist()]


def _columns(
    batch: Batch, ask: NDArray[np.float64], source: NDArray[np.str_]
) -> dict[str, list[Any]]:
    """The columns of BARS by name, for SQLite."""
    columns = [_sqlite_times(batch.times), *_prices(batch, ask, source)]
    return dict(zip(BARS, columns, strict=True))


def _insert_in_lots(cursor: Any, columns: dict[str, list[Any]], same: dict[str, Any]) -> int:
    """SQLite: how many rows of `columns`, each beside the values of `same`, were new."""
    count, width = len(columns["time"]), len(columns)
    cells: list[Any] = [None] * (count * width)  # row by row
    for place, column in enumerate(columns.values()):
        cells[place::width] = column
    same = same | {"observed_at": connection.ops.adapt_datetimefield_value(same["observed_at"])}
    lots, added = count - count % _AT_ONCE, 0
    for first, last, rows in ((0, lots, _AT_ONCE), (lots, count, 1)):
        ends = range((first + rows) * width, (last + 1) * width, rows * width)
        values = [(*same.values(), *cells[end - rows * width : end]) for end in ends]
        if values:
            cursor.executemany(_lot(tuple(columns), tuple(same), rows), values)
            added += max(0, cursor.rowcount)
    return added


@cache
def _lot(columns: Sequence[str], same: Sequence[str], rows: int) -> str:
    """The statement for so many rows: the values of `same` first, and once, then row by row."""
    row = ", ".join([*(f"?{place}" for place in range(1, len(same) + 1)), *["?"] * len(columns)])
    values = "), (".join([row] * rows)
    return f"INSERT OR IGNORE INTO {_TABLE} ({', '.join([*same, *columns])}) VALUES ({values})"  # noqa: S608


def _copy(cursor: Any, batch: Batch, ask: NDArray[np.float64], source: NDArray[np.str_]) -> None:
    """Fill `new_bars`, a table of this transaction."""
    rows = np.empty(len(batch), dtype=_ROW)
    rows["count"], rows["cells"]["size"] = len(BARS), _CELL["value"].itemsize
    place = np.select([source == name for name in _SOURCES], range(1, len(_SOURCES) + 1))
    rows["cells"]["value"] = np.column_stack([batch.times, batch.bid, ask, batch.volume, place])
    cursor.execute(_NEW_BARS)
    cursor.execute("DELETE FROM new_bars")
    with cursor.cursor.copy("COPY new_bars FROM STDIN (FORMAT binary)") as copy:
        copy.write(_HEAD + rows.tobytes() + _TAIL)


def stored_candles(symbol: Symbol, feed: str, times: NDArray[np.int64]) -> dict[int, StoredCandle]:
    """Those of these minutes (seconds since 1970) that are stored: time -> id and values."""
    if not len(times):
        return {}
    first, last = (datetime.fromtimestamp(int(t), UTC) for t in (times.min(), times.max()))
    stored = Candle.objects.filter(symbol=symbol, feed=feed, timeframe=Timeframe.M1)
    if (last - first).total_seconds() <= 60 * SPARSE * len(times):
        stored = stored.filter(time__gte=first, time__lte=last)
    else:
        stored = stored.filter(time__in=[datetime.fromtimestamp(t, UTC) for t in times.tolist()])
    prices = (*SIDES, *(f"ask_{side}" for side in SIDES), "volume")
    rows = stored.order_by().values_list(EpochSeconds("time"), "id", *prices)
    return {row[0]: row[1:] for row in rows}


def _sqlite_times(times: NDArray[np.int64]) -> list[str]:
    """Times as Django writes them to SQLite, where order of text must be order of time."""
    stamps = np.datetime_as_string(times.astype("datetime64[s]"))
    return [stamp.replace("T", " ") for stamp in stamps.tolist()]
