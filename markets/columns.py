"""Years of stored minutes at once: kept as columns on disk, a file a month, beside the database.

The database is the truth. Each read asks it how many minutes a month holds and which rows are its
first and last, and uses the month's file only if that was made of just those: late minutes,
deleted ones and another database are noticed. A stored candle never changes its values; who
changes some by SQL deletes VAR_DIR/columns as well, which is safe at any time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from django.conf import settings
from django.db import connection

from markets.column_files import ROWS, Columns, load, save, tidy
from markets.column_months import (
    Month,
    Stored,
    columns_of,
    digest,
    held,
    month_name,
    month_of,
    months,
)
from markets.frames import BAR_COLUMNS, Timeframe, bar_index, empty_bars, resample
from markets.history import bar_open, closing_minute
from markets.models import Candle, Symbol


def stored_bars(
    symbol: Symbol,
    *,
    feed: str,
    timeframe: Timeframe,
    first: datetime,
    last: datetime,
    before: int = 0,
) -> pd.DataFrame:
    """All closed bars that open in [first, last], and up to `before` earlier ones, oldest first.

    The values of markets.history, bit for bit. 80 bytes a minute are kept on disk.
    """
    first, last = first.astimezone(UTC), last.astimezone(UTC)
    stored = Candle.objects.filter(symbol=symbol, feed=feed, timeframe=Timeframe.M1).order_by()
    shelf = _Shelf(stored, folder() / feed / symbol.code)
    if timeframe is Timeframe.M1:
        minutes = shelf.minutes(first, last, before)
    else:
        earlier = (before + 1) * timeframe.minutes if before else 0
        minutes = shelf.minutes(
            bar_open(first, timeframe), closing_minute(stored, last, timeframe), earlier
        )
    bars = resample(_bars(minutes), timeframe)
    start = int(bars.index.searchsorted(pd.Timestamp(first)))
    stop = int(bars.index.searchsorted(pd.Timestamp(last), side="right"))
    return bars.iloc[max(0, start - before) : stop]


def folder() -> Path:
    """Where the columns of this database lie."""
    names = [
        connection.vendor,
        *(connection.settings_dict[key] for key in ("HOST", "PORT", "NAME")),
    ]
    return Path(settings.VAR_DIR) / "columns" / digest(*map(str, names))


@dataclass(frozen=True)
class _Shelf:
    """The stored minutes of one symbol on one feed, and the folder of their files."""

    stored: Stored
    folder: Path

    def minutes(self, begin: datetime, end: datetime, earlier: int) -> Columns:
        """Those in [begin, end], and up to `earlier` ones before."""
        oldest, newest = self._edge("time"), self._edge("-time")
        if oldest is None or newest is None:
            return np.empty((ROWS, 0))
        span = (month_name(oldest), month_name(newest))
        starts = list(months(max(oldest, begin), min(newest, max(begin, end))))
        parts = [self._columns(month, span) for month in held(self.stored, starts)]
        start = starts[0] if starts else month_of(begin)
        while _count_before(parts, begin) < earlier:
            at = self._edge("-time", before=start)
            if at is None:
                break
            start = month_of(at)
            parts[:0] = [self._columns(month, span) for month in held(self.stored, [start])]
        return _cut(parts, begin, end, earlier)

    def _edge(self, order: str, **limits: datetime) -> datetime | None:
        stored = self.stored.filter(time__lt=limits["before"]) if limits else self.stored
        return stored.order_by(order).values_list("time", flat=True).first()

    def _columns(self, month: Month, span: tuple[str, str]) -> Columns:
        path = self.folder / month.file_name
        kept = load(path, month.count)
        if kept is not None:
            return kept
        columns = columns_of(self.stored, month)
        edges = [month.first.timestamp(), month.last.timestamp()]
        if columns.shape[1] == month.count and columns[0, [0, -1]].tolist() == edges:
            save(path, columns)  # else something came or went since it was counted
            tidy(self.folder, month=month.name, keep=path, span=span)
        return columns


def _count_before(parts: Sequence[Columns], begin: datetime) -> int:
    return sum(int(np.searchsorted(part[0], begin.timestamp())) for part in parts)


def _cut(parts: Sequence[Columns], begin: datetime, end: datetime, earlier: int) -> Columns:
    """The parts side by side, without what lies outside."""
    if not parts:
        return np.empty((ROWS, 0))
    start = _count_before(parts, begin) - earlier
    stop = sum(int(np.searchsorted(part[0], end.timestamp(), side="right")) for part in parts)
    return np.concatenate(parts, axis=1)[:, max(0, start) : stop]


def _bars(minutes: Columns) -> pd.DataFrame:
    if not minutes.size:
        return empty_bars()
    index = bar_index(minutes[0].astype(np.int64))
    return pd.DataFrame(minutes[1:].T, index=index, columns=pd.Index(BAR_COLUMNS), copy=False)
