"""Rows a second of importing a year of minutes, new and again (D1).

    make bench WHAT=imports [ARGS="--rounds 3 --minutes 372607"]

On SQLite, and on the PostgreSQL that DATABASE_URL names (REDIS_URL beside it). Reading the file,
validation and storage are inside. Ends with 1 when a target is missed.
"""

import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.bench.minutes import YEAR
from tests.bench.stored import Imported, databases, empty_desk, imported, year_file
from tests.bench.turns import table, verdict

LEAST = {"SQLite": 100_000, "PostgreSQL": 50_000}  # rows a second
HEAD = ("database", "new rows/s", "the same again, rows/s", "rejected")


def main(arguments: Sequence[str]) -> None:
    parser = ArgumentParser(prog="make bench WHAT=imports", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=int, default=YEAR)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = year_file(Path(folder), options.minutes)
        turns = {name: [twice(path, name) for _ in range(options.rounds)] for name in databases()}
    print(f"\n{options.minutes:,} minutes from a file, medians of {options.rounds} fresh desks\n")
    print(table(HEAD, [row(name, found) for name, found in turns.items()]))
    is_met = [judge(name, found) for name, found in turns.items()]
    sys.exit(0 if all(is_met) else 1)


def twice(path: Path, database: str) -> tuple[Imported, Imported]:
    """A first import into an empty desk, and the same file again."""
    with empty_desk(database) as environment:
        first, again = imported(path, environment), imported(path, environment)
    assert (again.stored, again.duplicates) == (0, first.stored), "the file again stored something"
    return first, again


def row(database: str, turns: Sequence[tuple[Imported, Imported]]) -> list[str]:
    new, again = (median(each.per_second for each in side) for side in zip(*turns, strict=True))
    return [database, f"{new:,.0f}", f"{again:,.0f}", f"{turns[0][0].rejected:,}"]


def judge(database: str, turns: Sequence[tuple[Imported, Imported]]) -> bool:
    speed, least = median(first.per_second for first, _ in turns), LEAST[database]
    return verdict(f"D1 ({database})", speed >= least, f"{speed:,.0f} rows/s ({least:,})")
