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
# SQLite: one prepared statement run per row. PostgreSQL: one statement over whole columns.
_SQLITE = f"INSERT OR IGNORE {_INTO} VALUES ({', '.join(['%s'] * len(COLUMNS))})"  # noqa: S608
_POSTGRES = (
    f"INSERT {_INTO} SELECT to_timestamp(t), o, h, l, c, ao, ah, al, ac, v, s, %s, %s, %s, %s, %s"  # noqa: S608
    " FROM unnest(%s::float8[], %s::float8[], %s::float8[], %s::float8[], %s::float8[],"
    " %s::float8[], %s::float8[], %s::float8[], %s::float8[], %s::float8[], %s::text[])"
    " AS bars(t, o, h, l, c, ao, ah, al, ac, v, s) ON CONFLICT DO NOTHING"
)


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
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES, [*same, batch.times.tolist(), *prices])
        else:
            same[-1] = connection.ops.adapt_datetimefield_value(now)
            times = _sqlite_times(batch.times)
            rows = list(zip(times, *prices, *([value] * len(batch) for value in same), strict=True))
            cursor.executemany(_SQLITE, rows)
        return int(max(0, cursor.rowcount))


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
