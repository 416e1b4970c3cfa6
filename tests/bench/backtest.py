"""A year of minutes from arrays to a trade list and its figures, beside the peers (B1, B2, B3).

    make bench WHAT=backtest [ARGS="--rounds 5 --long-rounds 3"]

EMA 12/26 cross, RSI 14 gate, stop 1 ATR, target 2 ATR, long and short, no costs, on a drawn year
(tests/bench/minutes.py), on 2.5 years, and on the six real months. Ends with 1 when a target of
docs/performance.md is missed.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from tests.bench.minutes import LONG, YEAR, drawn, eurusd, side_by_side, write_columns
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

HEAD = ("engine", "time", "against backtesting.py", "against the loop", "first turn", "peak MB")
EXPECTED = 6_583  # trades of the rule on the six months of EURUSD, docs/performance.md


def main(arguments: Sequence[str]) -> None:
    parser = ArgumentParser(prog="make bench WHAT=backtest", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--long-rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    with running(ours(), *peers()) as found:
        six, year, more = (laid_out(*each) for each in data())
        counts = [engine.ask(do="backtest", data=str(six))["trades"] for engine in found]
        take_turns(found, options.rounds, do="backtest", data=str(year))
        show(f"A year: {YEAR:,} drawn minutes, {options.rounds} turns each", found)
        is_met = [
            same_trades(found, counts),
            fast(*found),
            small(found[0]),
            split(found[0]),
        ]
        short = [engine.middle() for engine in found]
        take_turns(found, options.long_rounds, do="backtest", data=str(more))
        show(f"2.5 years: {LONG:,} drawn minutes, {options.long_rounds} turns each", found)
        is_met += [linear(found, short), as_the_desk(found[0], year, options.rounds)]
    sys.exit(0 if all(is_met) else 1)


def peers() -> tuple[Engine, ...]:
    return (
        peer("plain numba loop", "loop"),
        peer("vectorbt", "vectorbt_columns"),
        peer("backtesting.py", "backtesting_py"),
    )


def data() -> list[tuple[pd.DataFrame, str]]:
    """The real six months, a year and 2.5 years, each with its folder's name."""
    return [(eurusd(), "eurusd"), (drawn(YEAR), "year"), (drawn(LONG, seed=2), "long")]


def laid_out(bars: pd.DataFrame, name: str) -> Path:
    """The columns of `bars`, side by side, where all engines read them."""
    return write_columns(side_by_side(bars), WORK / name)


def show(title: str, found: Sequence[Engine]) -> None:
    _, loop, _, peer = found
    print(f"\n{title}: bars in memory to trade list and figures\n")
    rows = [
        (
            engine.name,
            told(engine.middle()),
            times(peer.middle() / engine.middle()) + " as fast",
            times(engine.middle() / loop.middle()) + " its time",
            told(engine.first["seconds"]),
            f"{engine.peak_mb:.0f}",
        )
        for engine in found
    ]
    print(table(HEAD, rows), flush=True)


def same_trades(found: Sequence[Engine], counts: Sequence[int]) -> bool:
    """Ours, the loop and backtesting.py; vectorbt has another rule for stops, so fewer."""
    shown = ", ".join(f"{each.name} {n:,}" for each, n in zip(found, counts, strict=True))
    own, loop, _, peer = counts
    return verdict("B2 (count)", own == loop == peer == EXPECTED, f"six real months: {shown}")


def fast(own: Engine, loop: Engine, columns: Engine, peer: Engine) -> bool:
    ratios = [peer.middle() / own.middle(), own.middle() / columns.middle()]
    ratios.append(own.middle() / loop.middle())
    found = "{} as fast as backtesting.py (90x), {} the time of vectorbt (1x), {} of the loop (3x)"
    is_met = ratios[0] >= 90 and ratios[1] <= 1 and ratios[2] <= 3
    return verdict("B1 (speed)", is_met, found.format(*map(times, ratios)))


def small(own: Engine) -> bool:
    return verdict("B1 (memory)", own.peak_mb <= 300, f"{own.peak_mb:.0f} MB at most (300)")


def split(own: Engine) -> bool:
    """Tell where our time goes; nothing to miss."""
    parts = {name: own.middle(name) for name in ("decisions", "statistics")}
    rest = own.middle() - sum(parts.values())
    shown = ", ".join(f"{name} {told(seconds)}" for name, seconds in parts.items())
    print(f"Of our time: {shown}, levels, loop and trade list {told(max(rest, 0.0))}", flush=True)
    return True


def linear(found: Sequence[Engine], short: Sequence[float]) -> bool:
    """2.5 years in at most 2.5 times a year's time, and a tenth for noise."""
    growth = found[0].middle() / short[0]
    others = ", ".join(
        f"{each.name} {times(each.middle() / before)}"
        for each, before in zip(found[1:], short[1:], strict=True)
    )
    is_met = growth <= 1.1 * LONG / YEAR
    return verdict("B1 (linear)", is_met, f"2.5 years take {times(growth)} a year's; {others}")


def as_the_desk(own: Engine, year: Path, rounds: int) -> bool:
    """What a backtest of the desk's defaults costs: it must not hide behind the bare rule."""
    before = own.middle()
    take_turns([own], rounds, do="as_desk", data=str(year))
    turn = own.turns[0]
    print(
        f"The desk's own ema_rsi with spread, slippage, commission and all guards: "
        f"{told(own.middle())} a year, {turn['trades']:,} trades and {turn['refused']:,} refused "
        f"(the bare rule over 2.5 years: {told(before)})",
        flush=True,
    )
    return True
