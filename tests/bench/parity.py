"""The live engine beside the backtest on all real minutes: every signal and trade (L2).

    make bench WHAT=parity [ARGS="--months 2"]

Six months of EURUSD and one each of GBPUSD and USDJPY, all strategies with their defaults, on M1
and M5, with the desk's guards. The desk's side is `rehearse`: the code of the live minute over
stored candles. Compared are every field of every trade, blocked ones too, every FLAT, the number of
bars and what is open at the end. Some ten minutes. Ends with 1 when anything differs.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from strategies.registry import STRATEGIES
from tests.bench.minutes import FXCM, folder
from tests.bench.stored import empty_desk
from tests.bench.turns import Answer, Engine, running, table, verdict
from tests.processes import run_manage

TIMEFRAMES = ("M1", "M5")
HEAD = ("minutes", "strategy", "bars", "signals", "trades", "blocked ones", "differences")
SIDES = ("bid", "ask")
SHOWN = 20  # differences
LEAST = 200_000  # real minutes, each by every strategy


@dataclass(frozen=True)
class Month:
    """One file of minutes and its period."""

    code: str
    path: Path
    zone: str
    start: str
    end: str
    ask: Path | None = None


def main(arguments: Sequence[str]) -> None:
    parser = ArgumentParser(prog="make bench WHAT=parity", description=__doc__)
    parser.add_argument("--months", type=int, default=8, help="how many, the FXCM ones first")
    options = parser.parse_args(arguments)
    months = [*fxcm(), *histdata()][: options.months]
    with empty_desk("SQLite", is_seeded=False) as environment, running(desk(environment)) as (own,):
        own.ask(do="seed", codes=sorted({each.code for each in months}), timeframes=TIMEFRAMES)
        for month in months:
            store(month, environment)
        rows, found = zip(*compared(own, months), strict=True)
    print("\nThe live engine beside the backtest, all real minutes\n")
    print(table(HEAD, rows))
    sys.exit(0 if judge(found) else 1)


def desk(environment: dict[str, str]) -> Engine:
    return Engine("desk", [sys.executable, "-m", "tests.bench.parity_side"], **environment)


def fxcm() -> Iterator[Month]:
    """A month each of GBPUSD and USDJPY, bid and ask."""
    for code, year in FXCM.items():
        bid, ask = (folder() / f"fxcm_{code.lower()}_m1_{side}_{year}.csv.gz" for side in SIDES)
        yield Month(code, bid, "UTC", f"{year}-02-01", f"{year}-03-02", ask)


def histdata() -> Iterator[Month]:
    """Six months of EURUSD; the symbol's typical spread stands for the ask."""
    paths = sorted(folder().glob("histdata_eurusd_m1_*.csv.gz"))
    for number, path in enumerate(paths, 1):
        start, end = f"2017-{number:02}-01", f"2017-{number + 1:02}-01"
        yield Month("EURUSD", path, "America/New_York", start, end)


def store(month: Month, environment: dict[str, str]) -> None:
    """Import the file as anybody would."""
    asks = ["--ask", str(month.ask)] if month.ask else []
    asked = ["import_candles", month.code, str(month.path), "--tz", month.zone, *asks]
    result = run_manage(*asked, **environment)
    assert result.returncode == 0, result.stderr


def compared(own: Engine, months: Sequence[Month]) -> Iterator[tuple[list[str], Answer]]:
    """(a row of the table, the answer) of each symbol, strategy and timeframe."""
    for code in dict.fromkeys(month.code for month in months):
        of_code = [month for month in months if month.code == code]
        span = {"start": f"{of_code[0].start}T00:00+00:00", "end": f"{of_code[-1].end}T00:00+00:00"}
        for strategy in STRATEGIES:
            made = own.ask(do="rehearse", code=code, strategy=strategy, **span)
            answers = [own.ask(do="compare", run=made["run"], timeframe=of) for of in TIMEFRAMES]
            if sum(answer["bars"] for answer in answers) != made["bars"]:
                answers[0]["differences"].append(f"the desk moved over {made['bars']} bars")
            for timeframe, answer in zip(TIMEFRAMES, answers, strict=True):
                print(code, strategy, timeframe, *answer["differences"][:SHOWN], flush=True)
                yield row(f"{code} {timeframe}", strategy, answer), answer


def row(minutes: str, strategy: str, answer: Answer) -> list[str]:
    counts = [answer[name] for name in ("bars", "signals", "trades", "refused")]
    told: list[Any] = [*counts, len(answer["differences"])]
    return [minutes, strategy, *(f"{count:,}" for count in told)]


def judge(found: Sequence[Answer]) -> bool:
    """Whether nothing differs, on enough minutes, with trades everywhere."""
    signals, trades = (sum(answer[name] for answer in found) for name in ("signals", "trades"))
    differing = sum(len(answer["differences"]) for answer in found)
    minutes = sum(answer["bars"] for answer in found[:: len(TIMEFRAMES)]) // len(STRATEGIES)
    said = f"{signals:,} signals and {trades:,} trades on {minutes:,} real minutes"
    is_met = not differing and minutes >= LEAST and all(answer["trades"] for answer in found)
    return verdict("L2", is_met, f"{differing} differences in {said}")
