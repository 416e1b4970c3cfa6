"""A live minute of many symbols with three strategies each, beside the obvious design (L1).

    make bench WHAT=minute [ARGS="--symbols 1000 --rounds 5"]
    make bench WHAT=growth [ARGS="--sizes 100,1000,5000"]

On SQLite, and on the PostgreSQL that DATABASE_URL names (REDIS_URL beside it). Cold is the first
minute of a worker that has just started, warm the median of those after it. One new bar a symbol
goes in, is stored, evaluated and judged, and what it signals is stored. The obvious design
(objects, `ta`, a query a window) does less: it keeps no positions and sends nothing. Ends with 1
when a target is missed.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.stored import databases, empty_desk
from tests.bench.turns import Answer, Engine, running, table, times, told, verdict

PARTS = ("database", "indicators", "python", "prices")
SYMBOLS, NAIVE = 1_000, 50  # symbols; of the obvious design, whose time is multiplied
HEAD = ("database", "symbols", "cold", "warm", *PARTS, "queries", "the obvious design", "peak MB")


@dataclass(frozen=True)
class Found:
    """What a desk of so many symbols took."""

    database: str
    symbols: int
    cold: Answer
    warm: Answer  # the median minute
    naive: float  # seconds for as many symbols
    peak_mb: float

    def row(self) -> list[str]:
        parts = [f"{self.warm[part] / self.warm['seconds']:.0%}" for part in PARTS]
        seconds = [told(each["seconds"]) for each in (self.cold, self.warm)]
        slower = f"{told(self.naive)}, {times(self.naive / self.warm['seconds'])}"
        last = [f"{self.warm['queries']:,}", slower, f"{self.peak_mb:.0f}"]
        return [self.database, f"{self.symbols:,}", *seconds, *parts, *last]


def main(arguments: Sequence[str]) -> None:
    parser = ArgumentParser(prog="make bench WHAT=minute", description=__doc__)
    parser.add_argument("--symbols", type=int, default=SYMBOLS)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    found = [measure(name, options.symbols, options.rounds) for name in databases()]
    print(f"\nOne minute in one worker, medians of {options.rounds}; prices: made up by the mock\n")
    print(table(HEAD, [each.row() for each in found]))
    sys.exit(0 if all([judge(each) for each in found]) else 1)


def measure(database: str, symbols: int, rounds: int) -> Found:
    """Seed a desk, tick once, start the worker again, tick on."""
    with empty_desk(database, is_seeded=False) as environment:
        with running(worker(environment)) as (first,):
            first.ask(do="seed", count=symbols)
            first.ask(do="minute", number=0)
        with running(worker(environment)) as (second,):
            cold, *warm = (second.ask(do="minute", number=1 + n) for n in range(rounds + 1))
            few = min(NAIVE, symbols)
            naive = second.ask(do="naive", number=rounds + 2, count=few)["seconds"]
    warm.sort(key=lambda minute: minute["seconds"])
    middle = warm[len(warm) // 2]
    assert middle["bars"], "the minute moved no bar"
    return Found(database, symbols, cold, middle, naive * symbols / few, middle["peak_mb"])


def worker(environment: dict[str, str]) -> Engine:
    return Engine("desk", [sys.executable, "-m", "tests.bench.minute_side"], **environment)


def judge(found: Found) -> bool:
    warm, cold, ratio = found.warm["seconds"], found.cold["seconds"], found.naive
    ratio /= warm
    shown = f"{told(warm)} warm (1 s), {told(cold)} cold (5 s), {times(ratio)} the obvious (25x)"
    is_met = warm <= 1 and cold <= 5 and ratio >= 25
    return verdict(f"L1 ({found.database}, {found.symbols:,} symbols)", is_met, shown)
