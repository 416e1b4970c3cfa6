"""A desk whose database holds a drawn year of EURUSD, imported from a file as anybody would."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tests.bench.minutes import YEAR, drawn
from tests.forexsignals.production import production_desk
from tests.processes import run_manage

TIMED_IMPORT = """
import gc, json, sys, time
from pathlib import Path
from django.utils import timezone
from markets.importing import import_file
from markets.models import Symbol
gc.freeze()
began = time.perf_counter()
symbol = Symbol.objects.get(code="EURUSD")
report = import_file(symbol, Path({path!r}), zone="UTC", now=timezone.now())
seconds = time.perf_counter() - began
print(json.dumps([seconds, report.rows, report.stored, report.duplicates, report.rejected]))
"""


@dataclass(frozen=True)
class Imported:
    """What one import came to."""

    seconds: float
    rows: int
    stored: int
    duplicates: int
    rejected: int

    @property
    def per_second(self) -> float:
        return self.rows / self.seconds


def databases() -> list[str]:
    """SQLite always, PostgreSQL when DATABASE_URL and REDIS_URL name a server."""
    both = os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")
    return ["SQLite", "PostgreSQL"] if both else ["SQLite"]


@contextmanager
def empty_desk(database: str, *, is_seeded: bool = True) -> Iterator[dict[str, str]]:
    """The environment of a migrated and seeded desk that nothing runs on."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if database == "PostgreSQL":
            own = {"redis_db": 7, "is_seeded": is_seeded, "LOG_DIR": "none"}
            with production_desk(Path(folder), **own) as environment:
                yield environment
            return
        environment = {"VAR_DIR": folder, "LOG_DIR": "none"}
        for command in ("migrate", "seed")[: 1 + is_seeded]:
            result = run_manage(command, **environment)
            assert result.returncode == 0, result.stderr
        yield environment


def file_of(bars: pd.DataFrame, path: Path) -> Path:
    """The bars as HistData writes them, in UTC."""
    prices = bars[["open", "high", "low", "close"]]
    lines = prices.assign(volume=0).set_axis(bars.index.strftime("%Y%m%d %H%M%S"), axis=0)
    lines.to_csv(path, sep=";", header=False, float_format="%.5f")
    return path


def year_file(folder: Path, minutes: int = YEAR) -> Path:
    return file_of(drawn(minutes), folder / "DAT_ASCII_EURUSD_M1.csv")


def imported(path: Path, environment: dict[str, str]) -> Imported:
    """Import the file; the time is the import's own, without the start of Python and Django."""
    script = TIMED_IMPORT.format(path=str(path))
    result = run_manage("shell", "-v", "0", "-c", script, **environment)
    assert result.returncode == 0, result.stderr
    return Imported(*json.loads(result.stdout.splitlines()[-1]))
