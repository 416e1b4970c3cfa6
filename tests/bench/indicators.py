"""The indicators the strategies use, beside `ta` and TA-Lib: 500 bars and a year (I1).

    make bench WHAT=indicators [ARGS="--rounds 7"]

EMA 12, RSI 14, ATR 14, ADX 14, Bollinger 20/2 and Donchian 20. Values are compared with TA-Lib's
first; ends with 1 when one is further than 1e-9 from it.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

import numpy as np

from tests.bench.backtest import laid_out
from tests.bench.minutes import YEAR, drawn
from tests.bench.turns import (
    WORK,
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

WINDOW, SETS = 500, 50  # bars; sets in one turn, for one is over before a clock ticks
NEAR = 1e-9  # of the value
HEAD = ("library", f"{WINDOW} bars", "against TA-Lib", "a year", "against TA-Lib")
VALUES_HEAD = ("indicator", "ours: furthest from TA-Lib", "`ta`: bars until within 1e-9")


def main(arguments: Sequence[str]) -> None:
    parser = ArgumentParser(prog="make bench WHAT=indicators", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--slow-rounds", type=int, default=3, help="of a year by ta")
    options = parser.parse_args(arguments)
    data = str(laid_out(drawn(YEAR), "year"))
    with running(ours(), peer("TA-Lib", "indicators_talib"), peer("ta", "indicators_ta")) as found:
        own, quick, slow = found
        take_turns(found, options.rounds, do="indicators", data=data, bars=WINDOW, repeat=SETS)
        short = [engine.middle() for engine in found]
        take_turns([own, quick], options.rounds, do="indicators", data=data, bars=YEAR, repeat=1)
        take_turns([slow], options.slow_rounds, do="indicators", data=data, bars=YEAR, repeat=1)
        long = [engine.middle() for engine in found]
        print(f"\nAll of them, medians of {options.rounds} turns ({options.slow_rounds} of ta)\n")
        print(table(HEAD, rows(found, short, long)))
        is_met = agree(*(values(engine, data) for engine in found))
    sys.exit(0 if is_met else 1)


def rows(found: Sequence[Engine], short: list[float], long: list[float]) -> list[list[str]]:
    return [
        [
            engine.name,
            *(told(short[at]), times(short[at] / short[1]) + " its time"),
            *(told(long[at]), times(long[at] / long[1]) + " its time"),
        ]
        for at, engine in enumerate(found)
    ]


def values(engine: Engine, data: str) -> dict[str, np.ndarray]:
    """A year of each indicator."""
    out = WORK / "values.npz"
    engine.ask(do="values", data=data, bars=YEAR, out=str(out))
    with np.load(out) as found:
        return dict(found)


def agree(own: dict[str, np.ndarray], exact: dict[str, np.ndarray], other: dict) -> bool:
    """Print how far each lies from TA-Lib; whether ours does nowhere."""
    furthest = {name: distance(own[name], exact[name]) for name in exact}
    rows = [
        [name, f"{furthest[name].max():.1e}", f"{until_near(distance(other[name], values)):,}"]
        for name, values in exact.items()
    ]
    print(table(VALUES_HEAD, rows))
    worst = max(each.max() for each in furthest.values())
    found = f"{worst:.1e} at most from the first valid bar on, undefined on the same bars"
    return verdict("I1", bool(worst <= NEAR), found)


def distance(found: np.ndarray, exact: np.ndarray) -> np.ndarray:
    """How far each value lies from the exact one, as a share of it; 1 where one is undefined."""
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.abs(found - exact) / np.maximum(np.abs(exact), 1e-12)
    apart[np.isnan(found) & np.isnan(exact)] = 0.0
    return np.where(np.isnan(apart), 1.0, apart)


def until_near(apart: np.ndarray) -> int:
    """Bars until all later ones are near."""
    far = np.flatnonzero(apart > NEAR)
    return int(far[-1]) + 1 if len(far) else 0
