"""How long each page takes with a million signals and five million candles stored.

    make bench WHAT=pages [ARGS="--keep DIR --times 20 --only logs"]

On SQLite, or on the PostgreSQL that DATABASE_URL names (a database of its own, which is filled).
Each page is asked for as staff, in this process, without server and network. Ends with 1 when a
page misses its target.
"""

import os
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

MEDIAN, P95 = 100.0, 300.0  # ms


@dataclass(frozen=True)
class Measured:
    """One page, asked for many times."""

    path: str
    status: int
    queries: int
    milliseconds: list[float]
    busy: float  # ms of this process's own work, at the median
    size: int  # bytes

    @property
    def is_met(self) -> bool:
        return self.status < 300 and self.median <= MEDIAN and self.p95 <= P95

    @property
    def median(self) -> float:
        return median(self.milliseconds)

    @property
    def p95(self) -> float:
        return quantiles(self.milliseconds, n=20)[-1]

    def row(self) -> str:
        verdict = "" if self.is_met else f"**missed** ({self.status})"
        times = f"{self.median:.1f} | {self.p95:.1f}"
        shown = f"{times} | {self.busy:.1f} | {self.size / 1024:.0f}"
        return f"| {self.path} | {self.queries} | {shown} | {verdict} |"


def main(arguments: Sequence[str]) -> None:
    parser = ArgumentParser(prog="make bench WHAT=pages", description=__doc__)
    parser.add_argument("--keep", help="folder of the filled desk, kept for the next run")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--signals", type=int, default=1_000_000)
    parser.add_argument("--candles", type=int, default=5_000_000)
    parser.add_argument("--only", default="", help="only paths that contain this")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ["VAR_DIR"] = options.keep or folder
        start_django()
        prepare(options.signals, options.candles)
        found = list(measure(options.only, options.times))
    sys.exit(0 if all(each.is_met for each in found) else 1)


def start_django() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()


def prepare(signals: int, candles: int) -> None:
    """Fill the desk if it is empty, and let it look at the clock, so that its newest is new."""
    from django.utils import timezone

    from signals.engine import tick
    from tests.bench.filled import Size, fill

    fill(Size(signals=signals, candles=candles), say=say)
    say("one tick")
    tick(now=timezone.now())


def measure(only: str, times: int) -> Iterable[Measured]:
    from tests.bench.paths import paths

    print(
        f"| page | queries | median ms | p95 ms | own ms | kB | target {MEDIAN:.0f} / {P95:.0f} |"
    )
    print("|---|---|---|---|---|---|---|")
    for path in paths():
        if only in path:
            measured = ask(path, times)
            print(measured.row(), flush=True)
            yield measured


def ask(path: str, times: int) -> Measured:
    """`path`, twice to warm up and count, then `times` with a clock."""
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username="bench-admin"))
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
        size = len(answer.getvalue())
    count = len(queries)
    found, busy = [], []
    for _ in range(times):
        started, own = time.perf_counter(), time.process_time()
        client.get(path).getvalue()
        found.append((time.perf_counter() - started) * 1000)
        busy.append((time.process_time() - own) * 1000)
    return Measured(path, answer.status_code, count, found, median(busy), size)


def say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
