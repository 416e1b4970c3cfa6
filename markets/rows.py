"""Candle rows in and out of the database, many at a time."""

from datetime import UTC, datetime
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
COLUMNS = (
    "time",
    *SIDES,
    *(f"ask_{side}" for side in SIDES),
    "volume",
    "ask_source",
    "symbol_id",
    "feed",
    "timeframe",
    "typical_spread",
    "observed_at",
)
_INTO = f"INTO {Candle._meta.db_table} ({', '.join(COLUMNS)})"
# SQLite: one prepared statement, run per row
_SQLITE = f"INSERT OR IGNORE {_INTO} VALUES ({', '.join(['%s'] * len(COLUMNS))})"  # noqa: S608
# PostgreSQL: one statement over a few columns, or over a table filled by COPY if they are long
_MANY = 500  # rows
_SELECT = (
    f"INSERT {_INTO} SELECT to_timestamp(t), o, h, l, c, ao, ah, al, ac, v, s, %s, %s, %s, %s, %s"
)
_FROM_ARRAYS = (
    f"{_SELECT} FROM unnest({'%s::float8[], ' * 10} %s::text[])"
    " AS bars(t, o, h, l, c, ao, ah, al, ac, v, s) ON CONFLICT DO NOTHING"
)
_NEW_BARS = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS new_bars (t float8, o float8, h float8, l float8,"
    " c float8, ao float8, ah float8, al float8, ac float8, v float8, s text)"
    " ON COMMIT DELETE ROWS"
)
_FROM_TABLE = f"{_SELECT} FROM new_bars ON CONFLICT DO NOTHING"


def resolved_ask(
    batch: Batch, crossed: NDArray[np.bool_], spread: float
) -> tuple[NDArray[np.float64], NDArray[np.str_]]:
    """((n, 4) ask prices to store, (n,) where each came from); `spread` in price units."""
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
    prices = [*batch.bid.T.tolist(), *ask.T.tolist(), batch.volume.tolist(), source.tolist()]
    same: list[Any] = [symbol.pk, feed, Timeframe.M1.value, symbol.typical_spread, now]
    if not len(batch):
        return 0
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            same[-1] = connection.ops.adapt_datetimefield_value(now)
            columns = [_sqlite_times(batch.times), *prices]
            repeated = ([value] * len(batch) for value in same)
            cursor.executemany(_SQLITE, list(zip(*columns, *repeated, strict=True)))
        elif len(batch) < _MANY:
            cursor.execute(_FROM_ARRAYS, [*same, batch.times.tolist(), *prices])
        else:
            _copy(cursor, [batch.times.tolist(), *prices])
            cursor.execute(_FROM_TABLE, same)
        return int(max(0, cursor.rowcount))


def _copy(cursor: Any, columns: list[list[Any]]) -> None:
    """Fill `new_bars`, a table of this transaction."""
    line = "\t".join(["%r"] * (len(columns) - 1) + ["%s\n"])
    cursor.execute(_NEW_BARS)
    cursor.execute("DELETE FROM new_bars")
    with cursor.cursor.copy("COPY new_bars FROM STDIN") as copy:
        copy.write("".join([line % row for row in zip(*columns, strict=True)]))


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
