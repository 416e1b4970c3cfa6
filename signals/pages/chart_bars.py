"""Which bars a signal's chart shows: around its decision, or its whole life in longer ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import pandas as pd

from markets.frames import Timeframe
from markets.history import bars_after
from signals.models import Signal
from signals.wording import position_of

BEFORE, AFTER = 90, 30  # bars ahead of the decision, and behind the exit
MOST = 600  # bars of one chart
FAR = timedelta(days=4)  # longer than any weekend: what happened has no bar here


@dataclass(frozen=True)
class Span:
    """From the bar that decided to the last bar worth showing; `end` None: as far as there is."""

    start: datetime  # open time of the first decision's bar
    end: datetime | None
    timeframe: Timeframe
    is_whole: bool  # the whole life fits


def span(signal: Signal, *, now: datetime, whole: bool = False) -> Span:
    """What to show of `signal`, a FLAT with the position it ends; `whole` in longer bars."""
    entry = signal.ends or signal
    position = position_of(entry)
    own = Timeframe(signal.timeframe)
    closed_at = position.closed_at if position else signal.bar_closed_at
    ended = max(signal.bar_closed_at, closed_at or now)
    is_over = closed_at is not None
    life = ended - entry.bar_time
    room = MOST - BEFORE - AFTER
    fits = life / own.delta <= room
    timeframe = own
    if whole and not fits:
        longer = [each for each in Timeframe if each.minutes > own.minutes]
        timeframe = next((each for each in longer if life / each.delta <= room), longer[-1])
    start = entry.bar_time if fits or whole else signal.bar_time
    end = ended + AFTER * timeframe.delta if is_over else None
    return Span(start, end, timeframe, fits)


def read(signal: Signal, asked: Span, *, warmup: int) -> tuple[pd.DataFrame, int]:
    """The bars of `asked` with up to `warmup` more in front, and the row the chart begins at."""
    bars = bars_after(
        signal.symbol,
        feed=signal.feed,
        timeframe=asked.timeframe,
        after=asked.start,
        warmup=warmup + BEFORE + 1,
        limit=MOST - BEFORE - 1,
        until=asked.end,
    )
    bars = near(bars, asked.start)
    decided = int(bars.index.searchsorted(pd.Timestamp(asked.start), side="right"))
    return bars, max(0, decided - BEFORE - 1)


def near(bars: pd.DataFrame, at: datetime) -> pd.DataFrame:
    """`bars` without those before or after `at` that a gap longer than any weekend parts from it.

    Where bars were pruned, the next ones stored may be weeks away and tell nothing.
    """
    row = int(bars.index.searchsorted(pd.Timestamp(at), side="right"))
    before, after = bars.iloc[:row], bars.iloc[row:]
    if row and at - before.index[-1] > FAR:
        before = before.iloc[:0]
    if len(after) and after.index[0] - at > FAR:
        after = after.iloc[:0]
    return pd.concat([before, after])


def bar_at(bars: pd.DataFrame, at: datetime, *, at_open: bool) -> datetime | None:
    """Open time of the bar something happened on: at its open, or inside it or at its close."""
    stamp = pd.Timestamp(at)
    side: Literal["left", "right"] = "right" if at_open else "left"
    row = int(bars.index.searchsorted(stamp, side=side)) - 1
    if row < 0 or at - bars.index[row] > FAR:
        return None
    found: datetime = bars.index[row].to_pydatetime()
    return found
