"""Months of bars as `.npy` files: written whole or not at all, and believed only when whole."""

import io
import os
import tempfile
import time
from functools import cache
from pathlib import Path

import numpy as np
import structlog
from numpy.lib import format as npy
from numpy.typing import NDArray

from markets.frames import BAR_COLUMNS

log = structlog.get_logger(__name__)
Columns = NDArray[np.float64]  # (rows, bars): open times in seconds since 1970, then BAR_COLUMNS
ROWS = 1 + len(BAR_COLUMNS)
UNFINISHED = ".part"
ABANDONED = 3600  # seconds; whoever wrote such a part is dead


def load(path: Path, count: int) -> Columns | None:
    """The `count` bars in the file; None when it is missing, damaged or of somebody else."""
    head = _head(count)
    try:
        with path.open("rb") as file:
            if file.read(len(head)) != head:
                return None
            columns = np.fromfile(file, dtype=np.float64, count=ROWS * count)
            rest = file.read()
    except OSError:
        return None
    is_whole = len(columns) == ROWS * count and rest == _checksum(columns)
    return columns.reshape(ROWS, count) if is_whole else None


def save(path: Path, columns: Columns) -> None:
    """Put the bars into the file, at once for every reader; a full disk is told once and borne."""
    columns = np.ascontiguousarray(columns)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=path.parent, suffix=UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_head(columns.shape[1]))
                file.write(columns.data)
                file.write(_checksum(columns))
            os.replace(part, path)
        except OSError:
            os.unlink(part)
            raise
    except OSError as error:
        _tell(str(path.parent), error.strerror or str(error))


def tidy(folder: Path, *, month: str, keep: Path, span: tuple[str, str]) -> None:
    """Remove other files of `month`, of months outside `span`, and forgotten parts.

    Months as "2018-03", with which the names begin.
    """
    try:
        for path in folder.iterdir():
            other = path.name[:7]
            if path.suffix == UNFINISHED:
                gone = path.stat().st_mtime < time.time() - ABANDONED
            else:
                gone = path != keep and (other == month or not span[0] <= other <= span[1])
            if gone:
                path.unlink(missing_ok=True)
    except OSError:
        return  # read-only, or another process tidies too


def _head(count: int) -> bytes:
    """What a `.npy` file of so many bars begins with."""
    head = io.BytesIO()
    shape = {"descr": "<f8", "fortran_order": False, "shape": (ROWS, count)}
    npy.write_array_header_1_0(head, shape)
    return head.getvalue()


def _checksum(columns: Columns) -> bytes:
    """Eight bytes behind the array: finds pages that were never written, or written elsewhere."""
    return int(columns.reshape(-1).view(np.uint64).sum(dtype=np.uint64)).to_bytes(8, "little")


@cache
def _tell(folder: str, reason: str) -> None:
    """Once per process: without the files backtests are right all the same, only slower."""
    log.warning("markets.columns_not_kept", folder=folder, reason=reason)
