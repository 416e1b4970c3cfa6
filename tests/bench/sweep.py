"""100 combinations of two EMA periods on a year of minutes, beside the peers (B4).

    make bench WHAT=sweep [ARGS="--rounds 3 --peer-combinations 12"]

Ten fast and ten slow periods; the trades of all are counted. backtesting.py's own optimize() is
given a dozen of them and its time multiplied, which is said. Ends with 1 when the target is missed.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from tests.bench.backtest import laid_out
from tests.bench.minutes import YEAR, drawn
from tests.bench.turns import (
    Engine,
    ours,
    peer,
    running,
    table,
    take_turns,
    times,
    told,
    verdict,
)

FASTS, SLOWS = list(range(5, 25, 2)), list(range(26, 66, 4))
HEAD = ("engine", "100 combinations", "against backtesting.py", "combinations x bars/s", "peak MB")


def main(arguments: Sequence[str]) -> None:
    parser = ArgumentParser(prog="make bench WHAT=sweep", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--fasts", type=int, default=3, help="of backtesting.py")
    parser.add_argument("--slows", type=int, default=4, help="of backtesting.py")
    options = parser.parse_args(arguments)
    fasts, slows = FASTS[: options.fasts], SLOWS[: options.slows]
    data = str(laid_out(drawn(YEAR), "year"))
    engines = (
        ours(),
        peer("plain numba loop", "loop"),
        peer("vectorbt", "vectorbt_columns"),
        peer("backtesting.py", "backtesting_py"),
    )
    with running(*engines) as found:
        take_turns(found[:3], options.rounds, do="sweep", data=data, fasts=FASTS, slows=SLOWS)
        peers = found[3]
        peers.turns = [peers.ask(do="sweep", data=data, fasts=fasts, slows=slows)]
        done = len(fasts) * len(slows)
        scaled = peers.middle() * len(FASTS) * len(SLOWS) / done
        print(
            f"\n{YEAR:,} drawn minutes, medians of {options.rounds} turns; backtesting.py: one "
            f"optimize() of {done}, {told(peers.middle())}, times {100 / done:.3g}\n"
        )
        print(table(HEAD, [row(each, scaled) for each in found]))
        is_met = judge(found, scaled)
    sys.exit(0 if is_met else 1)


def row(engine: Engine, scaled: float) -> list[str]:
    seconds = scaled if engine.name == "backtesting.py" else engine.middle()
    speed = len(FASTS) * len(SLOWS) * YEAR / seconds
    return [
        engine.name,
        told(seconds),
        times(scaled / seconds) + " as fast",
        f"{speed / 1e6:.3g} million",
        f"{engine.peak_mb:.0f}",
    ]


def judge(found: Sequence[Engine], scaled: float) -> bool:
    own, loop, columns = found[:3]
    ratios = scaled / own.middle(), columns.middle() / own.middle()
    same = own.turns[0]["trades"] == loop.turns[0]["trades"]
    text = "{} as fast as optimize() (400x), {} as fast as vectorbt (1x), {:.0f} MB (1,024), {}"
    shown = text.format(*map(times, ratios), own.peak_mb, f"{own.turns[0]['trades']:,} trades")
    is_met = ratios[0] >= 400 and ratios[1] >= 1 and own.peak_mb <= 1024 and same
    return verdict("B4", is_met, shown + ("" if same else ", NOT those of the loop"))
