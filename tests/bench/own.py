"""The desk's side of the benches: the same work as the peers, by the desk's own code."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from backtests.engine import Tested, backtest
from backtests.plan import Costs
from backtests.results import taken
from backtests.sweeps.trying import Trial, try_all
from backtests.trades import REASONS
from markets.sessions import ForexWeek
from risk.guards.registry import GUARDS
from risk.states import Terms
from risk.statistics import Figures, figures
from strategies import indicators as ours
from strategies.registry import STRATEGIES
from tests.bench.minutes import read_columns
from tests.bench.peers.serving import serve, timed
from tests.bench.reference import Reference, reference_terms

DESK_RULES = {"digits": 5, "calendar": ForexWeek(), "expiry_minutes": 120}


@cache
def bars(where: str) -> pd.DataFrame:
    return read_columns(Path(where))


def desk_terms() -> Terms:
    """As a strategy of the desk runs by default, with prices, holes and expiry."""
    rule = replace(reference_terms().rule, sl_value=3.0, tp_value=4.5)
    return replace(reference_terms(), rule=rule, **DESK_RULES)


def run(where: str, **settings: Any) -> tuple[Tested, Figures]:
    """The reference rule, from bars to the trade list and its figures."""
    tested = backtest(bars(where), strategy=Reference(**settings), terms=reference_terms())
    return tested, figures(taken(tested.trades))


def run_desk(where: str) -> tuple[Tested, Figures]:
    """A shipped strategy as the desk would: spread, guards, holes, expiry, prices on the grid."""
    tested = backtest(
        bars(where),
        strategy=STRATEGIES["ema_rsi"](),
        terms=desk_terms(),
        guards=[guard() for guard in GUARDS.values()],
        costs=Costs(spread_pips=0.7, slippage_pips=0.1, commission_pips=0.7),
    )
    return tested, figures(taken(tested.trades))


def one(data: str) -> dict[str, Any]:
    """A backtest, and how long its parts take by themselves."""
    seconds, (tested, found) = timed(run, data)
    strategy = Reference()
    decisions, _ = timed(strategy.decisions, bars(data))
    summing, _ = timed(lambda: figures(taken(tested.trades)))
    parts = {"decisions": decisions, "statistics": summing}
    return {"seconds": seconds, "trades": found.n, **parts}


def as_desk(data: str) -> dict[str, Any]:
    seconds, (tested, found) = timed(run_desk, data)
    return {"seconds": seconds, "trades": found.n, "refused": len(tested.trades) - found.n}


def trades(
    data: str,
    out: str,
    *,
    spread: float = 0.0,
    commission: float = 0.0,
    only: int = 0,
    waits: bool = True,
    rules: Sequence[str] = (),
) -> dict[str, Any]:
    """The whole list as a file: entry row, exit row, side, entry price, exit price, gain.

    `spread` as a share of the price: on a long the ask lies above the bars, on a short the bid
    lies below. `commission` in price units for a round trip. `rules`: of DESK_RULES.
    """
    frame = quoted(bars(data), spread, only)
    strategy = Reference(only=only, waits=waits)
    terms = replace(reference_terms(), **{name: DESK_RULES[name] for name in rules})
    costs = Costs(commission_pips=commission / terms.pip)
    tested = backtest(frame, strategy=strategy, terms=terms, costs=costs)
    np.save(out, listed(tested, frame, commission))
    return {"open_at_end": tested.open_at_end}


def listed(tested: Tested, frame: pd.DataFrame, commission: float) -> np.ndarray:
    kept = tested.trades
    within = np.where(kept.is_gap | (kept.reason == REASONS.index("data_gap")), 0, 60)
    closed = kept.closed_at - within.astype("m8[s]")  # an exit within a bar is told by its end
    entered, left = (
        frame.index.searchsorted(pd.DatetimeIndex(times).tz_localize("UTC"))
        for times in (kept.entered_at, closed)
    )
    gained = kept.side * (kept.exit_price - kept.entry_price) - commission
    columns = [entered, left, kept.side, kept.entry_price, kept.exit_price, gained]
    return np.column_stack(columns).astype(np.float64)


def quoted(frame: pd.DataFrame, spread: float, only: int) -> pd.DataFrame:
    """The bars with a spread, where those of backtesting.py have it: on the side entered at."""
    sides = ("open", "high", "low", "close")
    if only > 0:
        return frame.assign(**{f"ask_{side}": frame[side] * (1 + spread) for side in sides})
    if only < 0:
        return frame.assign(**{side: frame[side] * (1 - spread) for side in sides})
    return frame


def sweep(data: str, fasts: list[int], slows: list[int]) -> dict[str, Any]:
    pairs = [(fast, slow) for fast in fasts for slow in slows]
    trials = [
        Trial(strategy=Reference(fast=fast, slow=slow), terms=reference_terms())
        for fast, slow in pairs
    ]
    seconds, found = timed(tried, bars(data), trials)
    return {"seconds": seconds, "trades": sum(each.n for each in found)}


def tried(frame: pd.DataFrame, trials: Sequence[Trial]) -> list[Figures]:
    """The figures of each trial."""
    return try_all(frame, trials, told=lambda tested: figures(taken(tested.trades)))


def computed(bars: pd.DataFrame) -> dict[str, np.ndarray]:
    """The indicators of the shipped strategies."""
    high, low, close = (bars[name].to_numpy() for name in ("high", "low", "close"))
    mean, deviation = ours.bollinger(close, 20)
    return {
        "ema": ours.ema(close, 12),
        "rsi": ours.rsi(close, 14),
        "atr": ours.atr(high, low, close, 14),
        "adx": ours.adx(high, low, close, 14),
        "mean": mean,
        "upper": mean + 2 * deviation,
        "highest": np.append(ours.highest_before(high, 20)[1:], high[-20:].max()),
        "lowest": np.append(ours.lowest_before(low, 20)[1:], low[-20:].min()),
    }


def indicators(data: str, bars: int, repeat: int) -> dict[str, Any]:
    """Seconds of one set on the last `bars`, of `repeat` sets."""
    last = window(data, bars)
    seconds, _ = timed(lambda: [computed(last) for _ in range(repeat)])
    return {"seconds": seconds / repeat}


def values(data: str, bars: int, out: str) -> dict[str, Any]:
    """Each indicator's values, as a file."""
    np.savez(out, **computed(window(data, bars)))
    return {}


def window(data: str, count: int) -> pd.DataFrame:
    return bars(data).iloc[-count:].copy()


WORKS: dict[str, Callable[..., dict[str, Any]]] = {
    "backtest": one,
    "as_desk": as_desk,
    "trades": trades,
    "sweep": sweep,
    "indicators": indicators,
    "values": values,
}

if __name__ == "__main__":
    serve(**WORKS)
