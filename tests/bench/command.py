"""`manage.py backtest` on a stored year, as a whole process, beside backtesting.py's (B3).

    make bench WHAT=command [ARGS="--rounds 3"]

Start of Python, imports, reading and figures are inside on both sides. Cold: no columns of the
minutes are kept on disk yet; warm: they are. Compiled code is there on both. The peer reads .npy
columns. Ends with 1 when the target is missed.
"""

import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.bench.backtest import laid_out
from tests.bench.minutes import YEAR, drawn
from tests.bench.stored import databases, empty_desk, imported, year_file
from tests.bench.turns import PEERS, WORK, alone, table, times, told, verdict
from tests.processes import ROOT

ASKED = "--symbol EURUSD --strategy ema_rsi --from 2018-01-01 --to 2019-01-01 --feed stored"
OWN = (sys.executable, "manage.py", "backtest", *ASKED.split())
PEER = tuple(map(str, (PEERS / "bin/python", ROOT / "tests/bench/peers/backtesting_py.py")))
HEAD = ("database", "cold", "warm", "peak MB", "backtesting.py", "its peak MB", "warm against it")


def main(arguments: Sequence[str]) -> None:
    parser = ArgumentParser(prog="make bench WHAT=command", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    rows, is_met = [], []
    for database in databases():
        cold, warm, peer = measure(database, options.rounds)
        ratio = warm[0] / peer[0]
        shown = [told(cold), told(warm[0]), f"{warm[1]:.0f}", told(peer[0]), f"{peer[1]:.0f}"]
        rows.append([database, *shown, times(ratio) + " its time"])
        found = f"{told(warm[0])} warm (1 s), {times(ratio)} backtesting.py's process (0.33x)"
        is_met.append(verdict(f"B3 ({database})", warm[0] <= 1 and ratio <= 1 / 3, found))
    print(f"\nA year as a whole process, medians of {options.rounds}\n")
    print(table(HEAD, rows))
    sys.exit(0 if all(is_met) else 1)


def measure(database: str, rounds: int) -> tuple[float, tuple[float, float], tuple[float, float]]:
    """(cold seconds, warm and the peer's seconds and megabytes)."""
    data = str(laid_out(drawn(YEAR), "year"))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, empty_desk(database) as desk:
        assert imported(year_file(Path(folder)), desk).stored == YEAR
        compiled = {"NUMBA_CACHE_DIR": str(WORK / "compiled")}
        cold = alone(OWN, **desk, **compiled)[0]
        turns = [(alone(OWN, **desk, **compiled), alone((*PEER, data))) for _ in range(rounds)]
    own, peer = (
        (median(turn[side][0] for turn in turns), max(turn[side][1] for turn in turns))
        for side in (0, 1)
    )
    return cold, own, peer
