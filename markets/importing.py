"""Importing candle files, of any length, into the feed `stored`."""

import gzip
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from audit.log import log_event
from markets.batch import Batch
from markets.files import FileFormatError, detect, read_lines
from markets.gaps import Coverage, coverage
from markets.models import Symbol, calendar_of
from markets.quarantine import quarantine
from markets.store import store_batch
from markets.validation import Rejection, is_crossed

FEED = "stored"
LONGEST_LINE = 10_000  # characters
LINES = 10_000  # read and stored at a time
REJECTS_KEPT = 1_000  # with their reason; more are counted
Piece = tuple[Batch, list[Rejection], int]  # bars, unreadable lines, bytes read so far


@dataclass(kw_only=True)
class ImportReport:
    """What an import found and did."""

    format: str = ""
    rows: int = 0
    stored: int = 0
    duplicates: int = 0
    revised: int = 0
    crossed: int = 0
    rejected: int = 0
    rejects: list[Rejection] = field(default_factory=list)
    ask_rejected: int = 0
    ask_missing: int = 0  # bid minutes without an ask, when an ask file was given
    coverage: Coverage = field(default_factory=Coverage)

    def add_rejects(self, rejects: Sequence[Rejection]) -> None:
        self.rejected += len(rejects)
        self.rejects += rejects[: REJECTS_KEPT - len(self.rejects)]


def import_file(
    symbol: Symbol,
    path: Path,
    *,
    zone: str,
    now: datetime,
    format: str | None = None,
    ask_path: Path | None = None,
    on_progress: Callable[[int], None] = lambda bytes_read: None,
) -> ImportReport:
    """Store the file's bars, and the ask prices of `ask_path` beside them.

    What is stored already stays; a second import of the same file adds nothing. Each stretch of
    lines commits by itself, so an import that was stopped is simply run again.
    """
    report = ImportReport()
    asks = _Asks.read(ask_path, zone, format, report) if ask_path else None
    times: list[NDArray[np.int64]] = []
    for batch, broken, bytes_read in pieces(path, zone=zone, format=format):
        if asks:
            batch = asks.beside(batch)
            report.ask_missing += int((~batch.has_ask).sum())
        result = store_batch(symbol, FEED, batch, now=now)
        quarantine(symbol, FEED, broken, now=now)
        report.rows += len(batch) + len(broken)
        report.stored += result.stored
        report.duplicates += result.duplicates
        report.revised += result.revised
        report.crossed += int(is_crossed(batch).sum())
        report.add_rejects(sorted([*broken, *result.rejected], key=lambda r: r.line))
        times.append(_kept(batch, result.rejected))
        on_progress(bytes_read)
    minutes = np.concatenate(times) if times else np.empty(0, dtype=np.int64)
    report.coverage = coverage(minutes, calendar_of(FEED))
    _log(symbol, path, report, now)
    return report


def pieces(path: Path, *, zone: str, format: str | None) -> Iterator[Piece]:
    """A file's bars in stretches of LINES lines; a name that ends in .gz is unpacked."""
    with path.open("rb") as raw:
        text = io.TextIOWrapper(_unpacked(raw, path), encoding="utf-8-sig", errors="replace")
        lines = _lines(text)
        first = next(lines, "")
        if not first:
            raise FileFormatError("the file is empty")
        layout = detect(first, format=format)
        stretch, number = ([] if layout.has_header else [first]), 1 + layout.has_header
        while stretch := [*stretch, *islice(lines, LINES - len(stretch))]:
            batch, broken = read_lines(stretch, first=number, layout=layout, zone=zone)
            yield batch, broken, raw.tell()
            number, stretch = number + len(stretch), []


def _lines(text: IO[str]) -> Iterator[str]:
    """Each line; a file without line ends, or a small one that unpacks to a huge line, is none."""
    for number, line in enumerate(iter(partial(text.readline, LONGEST_LINE), ""), 1):
        if len(line) == LONGEST_LINE:
            raise FileFormatError(
                f"line {number} is longer than {LONGEST_LINE:,} characters; it is no candle file"
            )
        yield line


def _unpacked(raw: IO[bytes], path: Path) -> IO[bytes]:
    return gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw  # type: ignore[return-value]


@dataclass(frozen=True)
class _Asks:
    """The ask prices of a whole file, by minute."""

    times: NDArray[np.int64]
    prices: NDArray[np.float64]

    @classmethod
    def read(cls, path: Path, zone: str, format: str | None, report: ImportReport) -> "_Asks":
        times, prices = [np.empty(0, dtype=np.int64)], [np.empty((0, 4))]
        for batch, broken, _ in pieces(path, zone=zone, format=format):
            times.append(batch.times)
            prices.append(batch.bid)
            report.ask_rejected += len(broken)
        minutes, first = np.unique(np.concatenate(times), return_index=True)
        return cls(minutes, np.concatenate(prices)[first])

    def beside(self, batch: Batch) -> Batch:
        """The batch with the ask of each of its minutes that has one."""
        place = np.searchsorted(self.times, batch.times).clip(max=max(0, len(self.times) - 1))
        found = self.times[place] == batch.times if len(self.times) else batch.has_ask
        ask = np.where(found[:, None], self.prices[place], np.nan) if found.any() else batch.ask
        return replace(batch, ask=ask, has_ask=found)


def _kept(batch: Batch, rejected: Sequence[Rejection]) -> NDArray[np.int64]:
    lines = [rejection.line for rejection in rejected]
    return batch.times[~np.isin(batch.lines, lines)] if lines else batch.times


def _log(symbol: Symbol, path: Path, report: ImportReport, now: datetime) -> None:
    counts = ("rows", "stored", "duplicates", "revised", "rejected")
    payload = {name: getattr(report, name) for name in counts}
    told = ", ".join(f"{count} {name}" for name, count in payload.items())
    log_event(
        "candles.imported",
        at=now,
        text=f"{symbol.code} candles imported from {path.name}: {told}",
        subject=f"symbol:{symbol.pk}",
        payload=payload,
    )
