"""What a backtest knows of its bars before a strategy speaks: trials of one sweep share it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from backtests.plan import Costs
from markets.opening import OpenSpans
from risk.holes import is_hole
from risk.states import Terms
from risk.tape import PRICES

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Seconds = NDArray[np.int64]  # since 1970


class Bars(NamedTuple):
    """One element per bar: when it opens, and its quotes."""

    time: Seconds
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    ask_open: Floats
    ask_high: Floats
    ask_low: Floats
    ask_close: Floats


class Holes(NamedTuple):
    """One element per time when too many minutes are missing, oldest first."""

    row: NDArray[np.int64]  # the bar they end with
    ended_at: Seconds
    minutes: NDArray[np.int64]

    def before(self, row: NDArray[np.int64], at: Seconds) -> tuple[Any, Any]:
        """Of the newest hole at each row: its minutes, and those since it; 0 and NaN without."""
        place = self.row.searchsorted(row, side="right")  # 0: none yet
        minutes = np.concatenate([[0], self.minutes])[place]
        ended = np.concatenate([[np.nan], self.ended_at])[place]
        return minutes, np.floor((at - ended) / 60)


@dataclass(frozen=True, kw_only=True)
class Market:
    """The bars decided on, with the calendar they lie in."""

    first: int  # row of the first of them; those before only warm up
    bars: Bars
    spans: OpenSpans
    holes: Holes
    is_hole: Flags  # per bar: it ends a hole

    def __len__(self) -> int:
        return len(self.is_hole)


def market_of(
    bars: pd.DataFrame, *, terms: Terms, costs: Costs, start: datetime | None = None
) -> Market:
    """`bars` (as in markets.frames) from `start` on, quoted with the spread of `costs`.

    Of `terms` it reads the calendar, the length of a bar, the expiry and the pip alone.
    """
    first = 0 if start is None else int(bars.index.searchsorted(pd.Timestamp(start)))
    columns = bars_of(with_spread(bars.iloc[first:], costs.spread_pips, terms.pip))
    spans = spans_of(columns.time, terms)
    holes = holes_of(columns.time, spans, terms)
    ends_hole = np.zeros(len(columns.time), dtype=np.bool_)
    ends_hole[holes.row] = True
    return Market(first=first, bars=columns, spans=spans, holes=holes, is_hole=ends_hole)


def with_spread(bars: pd.DataFrame, spread_pips: float | None, pip: float) -> pd.DataFrame:
    """`bars` with every ask as its bid and `spread_pips`; as they are when that is None."""
    if spread_pips is None:
        return bars
    asks = {f"ask_{side}": bars[side] + spread_pips * pip for side in ("open", "high", "low")}
    return bars.assign(**asks, ask_close=bars["close"] + spread_pips * pip)


def bars_of(bars: pd.DataFrame) -> Bars:
    """The columns of `bars`; times become whole seconds."""
    time = pd.DatetimeIndex(bars.index).as_unit("s").asi8
    return Bars(time=time, **{name: floats(bars, name) for name in PRICES})


def holes_of(time: Seconds, spans: OpenSpans, terms: Terms) -> Holes:
    """Where too many trading minutes are missing between two bars."""
    expected = time[:-1] + seconds_of(terms)
    late = np.flatnonzero(time[1:] > expected)
    missing = spans.trading_minutes_between(expected[late], time[1:][late])
    is_long = is_hole(missing)
    row = late[is_long] + 1
    return Holes(row=row, ended_at=time[row], minutes=missing[is_long])


def spans_of(time: Seconds, terms: Terms) -> OpenSpans:
    """The market's open spans from the first bar until the last entry would expire."""
    first, last = (int(time[0]), int(time[-1])) if len(time) else (0, 0)
    length = seconds_of(terms)
    return OpenSpans.of(terms.calendar, first, last + length, minutes=terms.expiry_minutes)


def seconds_of(terms: Terms) -> int:
    """The length of a bar."""
    return int(terms.bar_length.total_seconds())


def floats(frame: pd.DataFrame, name: str) -> Floats:
    """One column of `frame`, for compiled code."""
    return np.ascontiguousarray(frame[name].to_numpy(), dtype=np.float64)
