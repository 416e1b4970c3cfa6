"""Trade lists on the same rule, data and costs: ours, a plain loop's, backtesting.py's (B2).

    make bench WHAT=agreement

On the six real months of EURUSD and the two of FXCM. Every trade that differs is told with its
reason; ends with 1 when one has none, or when a count is not the reference's.
"""

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.bench.backtest import laid_out
from tests.bench.minutes import FXCM, eurusd, fxcm, write_columns
from tests.bench.turns import WORK, Engine, ours, peer, running, table

COUNTS = {"EURUSD": 6_583, "GBPUSD": 1_216, "USDJPY": 980}  # docs/performance.md
SAME = 1e-8  # price units; levels are rounded to nine digits here
SPREAD, COMMISSION = 0.00007, 0.00007  # a share of the price; price units a round trip
HEAD = ("minutes", "costs", "beside", "ours", "its", "equal", "reasons of the others")


@dataclass(frozen=True)
class Case:
    """The same work for two engines."""

    symbol: str
    costs: str
    beside: str
    options: dict[str, Any]
    is_bid: bool = True  # ask is bid: no spread in the bars


CASES = [
    *(Case(code, "none", "loop", {}) for code in COUNTS),
    *(Case(code, "none", "backtesting.py", {}) for code in COUNTS),
    *(
        Case(code, "commission", "backtesting.py", {"commission": COMMISSION})
        for code in ("EURUSD", "GBPUSD")
    ),
    *(
        Case(code, f"spread, {side} only", "backtesting.py", {"spread": SPREAD, "only": sign})
        for code in COUNTS
        for side, sign in (("longs", 1), ("shorts", -1))
    ),
    *(Case(code, "the asks of the file", "loop", {}, is_bid=False) for code in FXCM),
]

RULES_HEAD = ("minutes", "rule", "unchanged", "other end or price", "gone", "new")
DESK_RULES: dict[str, tuple[bool, dict[str, Any]]] = {
    "an opposite entry closes and reverses": (True, {"waits": False}),
    "prices on the grid of five digits": (True, {"rules": ["digits"]}),
    "expiry after 120 trading minutes": (True, {"rules": ["expiry_minutes"]}),
    "more than 5 missing minutes end a trade": (False, {"rules": ["calendar"]}),
}


def main(arguments: Sequence[str]) -> None:
    ArgumentParser(prog="make bench WHAT=agreement", description=__doc__).parse_args(arguments)
    with running(ours(), peer("loop", "loop"), peer("backtesting.py", "backtesting_py")) as all_of:
        engines = {engine.name: engine for engine in all_of}
        compared = [compare(case, engines) for case in CASES]
        rules = list(desk_rules(engines["forexsignals"]))
    print("\nTrade lists: entry bar, side, exit bar, both prices and the gain, trade by trade\n")
    print(table(HEAD, [row for row, _ in compared]))
    print("What the desk's own rules change, each alone, against the reference\n")
    print(table(RULES_HEAD, rules))
    problems = [problem for _, found in compared for problem in found]
    print("\n".join(problems) or "Every difference has its reason.", flush=True)
    sys.exit(1 if problems else 0)


def compare(case: Case, engines: dict[str, Engine]) -> tuple[list[str], list[str]]:
    """(a row of the table, what has no reason)."""
    bars = minutes_of(case)
    own = listed(engines["forexsignals"], case, bars)
    other = listed(engines[case.beside], case, bars)
    equal, reasons = differences(own, other, last_row=len(bars) - 1)
    shown = ", ".join(f"{count} {reason}" for reason, count in reasons.items()) or "-"
    numbers = [f"{count:,}" for count in (len(own), len(other), equal)]
    where = f"{case.symbol}, {case.costs}, {case.beside}"
    problems = [f"{where}: {reasons[UNKNOWN]} without a reason"] if reasons[UNKNOWN] else []
    if case.costs == "none" and len(own) != COUNTS[case.symbol]:
        problems.append(f"{where}: {len(own)} trades, not {COUNTS[case.symbol]}")
    return [case.symbol, case.costs, case.beside, *numbers, shown], problems


def desk_rules(own: Engine) -> Iterator[list[str]]:
    """How many trades each rule leaves as they are, changes, takes away and adds."""
    for code, bars in (("EURUSD", eurusd()), ("GBPUSD", fxcm("GBPUSD"))):
        joined, real = laid_out(bars, f"{code}-own"), write_columns(bars, WORK / f"{code}-times")
        before = trades_of(own, joined)
        for rule, (is_joined, options) in DESK_RULES.items():
            after = trades_of(own, joined if is_joined else real, **options)
            both = before.keys() & after.keys()
            equal = sum(is_equal(before[key], after[key]) for key in both)
            counts = equal, len(both) - equal, len(before) - len(both), len(after) - len(both)
            yield [code, rule, *(f"{count:,}" for count in counts)]


def trades_of(own: Engine, where: Path, **options: Any) -> dict[tuple[int, int], np.ndarray]:
    out = WORK / "trades.npy"
    own.ask(do="trades", data=str(where), out=str(out), **options)
    return by_entry(np.load(out))


def minutes_of(case: Case) -> pd.DataFrame:
    bars = eurusd() if case.symbol == "EURUSD" else fxcm(case.symbol)
    if not case.is_bid:
        return bars
    sides = ("open", "high", "low", "close")
    return bars.assign(**{f"ask_{side}": bars[side] for side in sides})


def listed(engine: Engine, case: Case, bars: pd.DataFrame) -> np.ndarray:
    """(n, 6): entry row, exit row, side, entry price, exit price, gain after costs."""
    where = laid_out(bars, f"{case.symbol}-{'bid' if case.is_bid else 'ask'}")
    out = WORK / "trades.npy"
    engine.ask(do="trades", data=str(where), out=str(out), **case.options)
    return np.load(out)


OPEN = "still open at the last bar"
UNKNOWN = "without a reason"


def differences(own: np.ndarray, other: np.ndarray, *, last_row: int) -> tuple[int, Counter[str]]:
    """(how many trades are equal, the others by reason); a trade is named by bar and side."""
    mine, theirs = by_entry(own), by_entry(other)
    reasons: Counter[str] = Counter()
    equal = 0
    for key in mine.keys() | theirs.keys():
        found = [each[key] for each in (mine, theirs) if key in each]
        if len(found) == 2 and is_equal(*found):
            equal += 1
        else:
            reasons[reason(found, last_row)] += 1
    return equal, reasons


def is_equal(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.abs(one - other).max() <= SAME)  # NaN, no result, is not


def reason(found: list[np.ndarray], last_row: int) -> str:
    """Why a trade is in one list alone, or differs."""
    if len(found) == 1 and found[0][1] >= last_row:
        return OPEN
    return UNKNOWN


def by_entry(trades: Iterable[np.ndarray]) -> dict[tuple[int, int], np.ndarray]:
    return {(int(row[0]), int(np.sign(row[2]))): unsigned(row) for row in trades}


def unsigned(row: np.ndarray) -> np.ndarray:
    return np.concatenate([row[:2], row[3:6]])
