"""Candle files as people have them: HistData, MetaTrader and plain CSV, read in lines. Pure."""

import re
from collections.abc import Sequence
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
OFFSET = re.compile(r"(?:\.0+)?(Z|[+-]\d\d:?\d\d)?")  # what may follow the seconds
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
    rows, numbers, broken = _split(lines, first, layout)
    columns = list(zip(*rows, strict=True)) or [()] * layout.full_width
    times, is_time = _seconds(_stamps(columns, layout), zone)
    prices, is_price = _numbers(columns[layout.open : layout.open + 4])
    good = is_time & is_price
    for at in np.flatnonzero(~good).tolist():
        fault = "its prices are not numbers" if is_time[at] else "its time cannot be read"
        broken.append(_broken(numbers[at], layout.separator.join(rows[at]), fault))
    volume, _ = _numbers([columns[layout.volume] if layout.volume else ("0",) * len(rows)])
    count = int(good.sum())
    return Batch(
        times=times[good],
        bid=prices[good],
        ask=np.full((count, 4), np.nan),
        has_ask=np.zeros(count, dtype=np.bool_),
        volume=np.nan_to_num(volume[good, 0]),
        lines=np.array(numbers, dtype=np.int64)[good],
    ), broken


def _split(
    lines: Sequence[str], first: int, layout: Layout
) -> tuple[list[list[str]], list[int], list[Rejection]]:
    """(rows of the same width, the number of each one's line, lines too short to be read)."""
    rows, numbers, broken = [], [], []
    separator, least, full = layout.separator, layout.width, layout.full_width
    for number, line in enumerate(lines, first):
        row = line.rstrip("\r\n").split(separator, full)
        if len(row) >= least:
            rows.append(row[:full] if len(row) >= full else row + ["0"] * (full - len(row)))
            numbers.append(number)
        elif line.strip():
            broken.append(_broken(number, line, f"needs {least} columns"))
    return rows, numbers, broken


def _broken(number: int, line: str, fault: str) -> Rejection:
    raw = {"line": str(number), "sent": line.strip()[:SHOWN].replace("\x00", " ")}
    return Rejection(number, None, fault, raw)


def _stamps(columns: list[tuple[str, ...]], layout: Layout) -> list[str]:
    """The lines' times as numpy reads them, each with its offset if it has one."""
    told = columns[layout.time]
    if layout.format == "histdata":
        return [f"{t[:4]}-{t[4:6]}-{t[6:8]}T{t[9:11]}:{t[11:13]}:{t[13:]}" for t in told]
    if layout.clock is not None:
        dates = [date.replace(".", "-") for date in told]
        return [f"{d}T{c}" for d, c in zip(dates, columns[layout.clock], strict=True)]
    plain = [stamp.strip(' "') for stamp in told]
    return [f"{t[:10].replace('.', '-').replace('/', '-')}T{t[11:]}" for t in plain]


def _numbers(
    columns: Sequence[Sequence[str]],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """((n, columns) numbers, which rows were); NaN and infinity written out are numbers here."""
    count = len(columns[0])
    readable = np.ones(count, dtype=np.bool_)
    numbers = np.empty((count, len(columns)))
    for place, column in enumerate(columns):
        try:
            numbers[:, place] = np.fromiter(map(float, column), np.float64, count)
        except ValueError:
            found = [_number(cell) for cell in column]
            readable &= [number is not None for number in found]
            numbers[:, place] = [np.nan if number is None else number for number in found]
    return numbers, readable


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


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
