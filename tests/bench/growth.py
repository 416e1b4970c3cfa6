"""How the time grows: a minute with symbols, a backtest with bars, a sweep with processes.

    make bench WHAT=growth [ARGS="--sizes 100,1000,5000"]

Ends with 1 when something grows much faster than what is put in.
"""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from tests.bench.backtest import laid_out
from tests.bench.minute import HEAD, measure
from tests.bench.minutes import LONG, YEAR, drawn
from tests.bench.stored import databases
from tests.bench.turns import Engine, ours, running, table, told, verdict

BARS = (YEAR // 8, YEAR // 2, YEAR, LONG)
FASTS, SLOWS = [8, 12, 16, 20], [26, 34, 42, 50]
SLACK = 1.5  # times as much as the work grew, before it is called faster


def main(arguments: Sequence[str]) -> None:
    parser = ArgumentParser(prog="make bench WHAT=growth", description=__doc__)
    parser.add_argument("--sizes", default="100,1000,5000", help="symbols")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    sizes = [int(size) for size in options.sizes.split(",")]
    is_met = [with_bars(options.rounds), with_processes(), with_symbols(sizes, 3)]
    sys.exit(0 if all(is_met) else 1)


def with_bars(rounds: int) -> bool:
    with running(ours()) as (own,):
        seconds = [middle(own, count, rounds) for count in BARS]
    print(f"\nA backtest of the reference rule, medians of {rounds}\n")
    rows = zip(BARS, seconds, strict=True)
    print(
        table(
            ("bars", "time", "million bars/s"),
            [[f"{n:,}", told(s), f"{n / s / 1e6:.2f}"] for n, s in rows],
        )
    )
    return grown("a backtest with bars", BARS[-2:], seconds[-2:])


def middle(own: Engine, count: int, rounds: int) -> float:
    data = str(laid_out(drawn(count), f"growth-{count}"))
    own.ask(do="backtest", data=data)
    return median(own.ask(do="backtest", data=data)["seconds"] for _ in range(rounds))


def with_processes() -> bool:
    """The same 16 combinations by one process and shared by two."""
    data = str(laid_out(drawn(YEAR), "year"))
    with running(ours("first"), ours("second")) as both:
        halves = [FASTS[:2], FASTS[2:]]
        for each in both:
            each.ask(do="sweep", data=data, fasts=FASTS[:1], slows=SLOWS[:1])
        alone = timed_sweep(both[:1], data, [FASTS])
        shared = timed_sweep(both, data, halves)
    print(f"16 backtests of a year: one process {told(alone)}, two {told(shared)}\n", flush=True)
    return True


def timed_sweep(engines: Sequence[Engine], data: str, fasts: Sequence[list[int]]) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor() as threads:
        asked = [
            threads.submit(each.ask, do="sweep", data=data, fasts=part, slows=SLOWS)
            for each, part in zip(engines, fasts, strict=True)
        ]
        for each in asked:
            each.result()
    return time.perf_counter() - began


def with_symbols(sizes: Sequence[int], rounds: int) -> bool:
    is_met = []
    for database in databases():
        found = [measure(database, size, rounds) for size in sizes]
        print(f"\nOne minute on {database}, medians of {rounds}\n")
        print(table(HEAD, [each.row() for each in found]))
        seconds = [each.warm["seconds"] for each in found]
        is_met.append(grown(f"a minute with symbols, {database}", sizes[-2:], seconds[-2:]))
    return all(is_met)


def grown(what: str, sizes: Sequence[int], seconds: Sequence[float]) -> bool:
    more, slower = sizes[1] / sizes[0], seconds[1] / seconds[0]
    return verdict(f"Linear, {what}", slower <= SLACK * more, f"{more:.1f}x takes {slower:.1f}x")
