"""Candle files as people have them: HistData, MetaTrader and plain CSV, read in lines. Pure."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from markets.batch import Batch
from markets.validation import Rejection

FORMATS = ("histdata", "mt4", "generic")
TIME_NAMES = ("timestamp", "datetime", "time", "date", "gmt time", "local time")
SHOWN = 200  # characters of an unreadable line that are kept
OFFSET = re.compile(
    r"(?:\.0+)?(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?", re.ASCII
)  # what may follow the seconds
HISTDATA = re.compile(r"\d{8} \d{6};")
MT4 = re.compile(r"(\d{4}\.\d\d\.\d\d[,;\t]|<DATE>)")


class FileFormatError(ValueError):
    """The file is not one the desk can read; the message says what to do."""


@dataclass(frozen=True)
class Layout:
    """Where a line holds what: columns from 0, `clock` the clock's column if it has one apart."""

    format: str
    separator: str
    time: int
    clock: int | None
    open: int  # high, low and close follow it
    volume: int | None
    has_header: bool

    @property
    def width(self) -> int:
        """Columns that a line must have."""
        return max(self.open + 4, self.time + 1)

    @property
    def full_width(self) -> int:
        """Columns that are looked at, the volume's included."""
        return max(self.width, (self.volume or 0) + 1)


def detect(first_line: str, *, format: str | None = None) -> Layout:
    """The layout of a file by its first line; `format` overrides the guess."""
    found = format or _guess(first_line)
    separator = max(";,\t", key=first_line.count)
    columns = [name.strip("<> \"'\r\n").lower() for name in first_line.split(separator)]
    if found == "histdata":
        return Layout(found, ";", 0, None, 1, 5, has_header=False)
    if found == "mt4":
        return Layout(found, separator, 0, 1, 2, 6, has_header=columns[0] == "date")
    if "open" not in columns:
        volume = 5 if len(columns) > 5 else None
        return Layout(found, separator, 0, None, 1, volume, has_header=False)
    return _by_header(separator, columns)


def _guess(first_line: str) -> str:
    if HISTDATA.match(first_line):
        return "histdata"
    return "mt4" if MT4.match(first_line) else "generic"


def _by_header(separator: str, columns: list[str]) -> Layout:
    time = next((columns.index(name) for name in TIME_NAMES if name in columns), None)
    at = columns.index("open")
    if time is None or columns[at : at + 4] != ["open", "high", "low", "close"]:
        raise FileFormatError(
            "the header needs a column timestamp and the columns open, high, low, close in this "
            f"order; it has {', '.join(columns)[:120]}"
        )
    volume = columns.index("volume") if "volume" in columns else None
    return Layout("generic", separator, time, None, at, volume, has_header=True)


def read_lines(
    lines: Sequence[str], *, first: int, layout: Layout, zone: str
) -> tuple[Batch, list[Rejection]]:
    """(the bars of these lines, unreadable lines with their reason).

    `first` is the number of the first line in its file, from 1. `zone` is the clock the file's
    times are told by; a time with an offset of its own is taken at its word. In the hour that a
    clock repeats in autumn the first pass is meant.
    """
    kept, numbers, broken = _long_enough(lines, first, layout)
    table = _table(kept, layout)
    times, is_time = _seconds(_stamps(table, layout), zone)
    prices, is_price = _numbers(table, range(layout.open, layout.open + 4))
    good = is_time & is_price
    for at in np.flatnonzero(~good).tolist():
        fault = "its prices are not numbers" if is_time[at] else "its time cannot be read"
        broken.append(_broken(numbers[at], _looked_at(kept[at], layout), fault))
    count = int(good.sum())
    return Batch(
        times=times[good],
        bid=prices[good],
        ask=np.full((count, 4), np.nan),
        has_ask=np.zeros(count, dtype=np.bool_),
        volume=_volume(table, layout)[good],
        lines=np.array(numbers, dtype=np.int64)[good],
    ), broken


def _long_enough(
    lines: Sequence[str], first: int, layout: Layout
) -> tuple[list[str], list[int], list[Rejection]]:
    """(lines with all columns, the number of each, lines too short to be read)."""
    kept, numbers, broken = [], [], []
    separator, least, full = layout.separator, layout.width, layout.full_width
    for number, line in enumerate(lines, first):
        width = line.count(separator) + 1
        if width >= least:
            whole = line.rstrip("\r\n")
            kept.append(whole if width >= full else whole + f"{separator}0" * (full - width))
            numbers.append(number)
        elif line.strip():
            broken.append(_broken(number, line, f"needs {least} columns"))
    return kept, numbers, broken


def _looked_at(line: str, layout: Layout) -> str:
    """The line without the columns that nobody reads."""
    cells = line.split(layout.separator, layout.full_width)
    return layout.separator.join(cells[: layout.full_width])


def _broken(number: int, line: str, fault: str) -> Rejection:
    raw = {"line": str(number), "sent": line.strip()[:SHOWN].replace("\x00", " ")}
    return Rejection(number, None, fault, raw)


def _table(lines: Sequence[str], layout: Layout) -> pd.DataFrame:
    """The cells of these lines, a row each: prices and volume as numbers, if all of them are.

    Else, and the other columns always, as text.
    """
    columns = range(layout.full_width)
    if not lines:
        return pd.DataFrame(columns=columns, dtype=object)
    text = "\n".join(lines).replace("\x00", "\ufffd")  # which would end a cell in the reader
    numbers = [*range(layout.open, layout.open + 4), layout.volume or layout.open]
    try:
        return _cells(text, layout, {n: "float64" if n in numbers else "object" for n in columns})
    except ValueError:
        return _cells(text, layout, dict.fromkeys(columns, "object"))


def _cells(text: str, layout: Layout, kinds: dict[int, Any]) -> pd.DataFrame:
    """Each cell as it stands: no quotes, no missing values, no blank lines; numbers as float()."""
    return pd.read_csv(
        io.StringIO(text),
        sep=layout.separator,
        lineterminator="\n",
        header=None,
        names=list(kinds),
        usecols=list(kinds),
        index_col=False,
        dtype=kinds,
        quoting=csv.QUOTE_NONE,
        na_filter=False,
        skip_blank_lines=False,
    )


def _stamps(table: pd.DataFrame, layout: Layout) -> list[str]:
    """The lines' times as numpy reads them, each with its offset if it has one."""
    told: list[str] = table[layout.time].tolist()
    if layout.format == "histdata":
        dates = _each([t[:8] for t in told], lambda d: f"{d[:4]}-{d[4:6]}-{d[6:]}")
        clocks = _each([t[9:] for t in told], lambda c: f"{c[:2]}:{c[2:4]}:{c[4:]}")
    elif layout.clock is not None:
        dates = _each(told, lambda d: d.replace(".", "-"))
        clocks = table[layout.clock].tolist()
    else:
        plain = [stamp.strip(' "') for stamp in told]
        dates = _each([t[:10] for t in plain], lambda d: d.replace(".", "-").replace("/", "-"))
        clocks = [t[11:] for t in plain]
    return [f"{date}T{clock}" for date, clock in zip(dates, clocks, strict=True)]


def _each(cells: Sequence[str], told: Callable[[str], str]) -> list[str]:
    """`told` of every cell; asked once for those that are alike, as days and clocks are."""
    known = {cell: told(cell) for cell in set(cells)}
    return [known[cell] for cell in cells]


def _numbers(
    table: pd.DataFrame, places: Sequence[int]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """((n, columns) numbers, which rows were); NaN and infinity written out are numbers here."""
    cells = table[list(places)]
    if (cells.dtypes == np.float64).all():
        return cells.to_numpy(), np.ones(len(cells), dtype=np.bool_)
    found = [[_number(cell) for cell in row] for row in cells.to_numpy().tolist()]
    numbers = np.array(found, dtype=np.float64).reshape(-1, len(places))
    return numbers, np.array([None not in row for row in found], dtype=np.bool_)


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _volume(table: pd.DataFrame, layout: Layout) -> NDArray[np.float64]:
    """The count of ticks on each line; 0 where there is none."""
    if not layout.volume:
        return np.zeros(len(table))
    return np.nan_to_num(_numbers(table, [layout.volume])[0][:, 0])


def _seconds(stamps: list[str], zone: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(seconds since 1970 UTC, which stamps could be read)."""
    suffixes = [stamp[19:] for stamp in stamps]
    offsets = {suffix: _offset(suffix) for suffix in set(suffixes)}
    local = _datetimes([stamp[:19] for stamp in stamps] if any(offsets) else stamps)
    first_pass = np.ones(len(stamps), dtype=np.bool_)
    told = pd.DatetimeIndex(local).tz_localize(zone, ambiguous=first_pass, nonexistent="NaT")
    utc = told.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[s]")
    for suffix in filter(None, offsets):
        has_it = np.array([each == suffix for each in suffixes], dtype=np.bool_)
        if not OFFSET.fullmatch(suffix):
            utc[has_it] = np.datetime64("NaT")
        elif (offset := offsets[suffix]) is not None:
            utc[has_it] = local[has_it] - np.timedelta64(offset, "s")
    known = ~np.isnat(utc)
    return np.where(known, utc.astype(np.int64), 0), known


def _datetimes(stamps: list[str]) -> Any:
    try:
        return np.array(stamps, dtype="datetime64[s]")
    except ValueError:
        return np.array([_datetime(stamp) for stamp in stamps], dtype="datetime64[s]")


def _datetime(stamp: str) -> Any:
    try:
        return np.datetime64(stamp, "s")
    except ValueError:
        return np.datetime64("NaT")


def _offset(suffix: str) -> int | None:
    """Seconds east of Greenwich that a stamp's tail says; None when it says nothing."""
    found = OFFSET.fullmatch(suffix)
    if not found or found[1] is None:
        return None
    offset = datetime.strptime(found[1], "%z").utcoffset() or timedelta()
    return int(offset.total_seconds())
