"""What a strategy says, as columns: the entries it asks for, and when it leaves."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from backtests.market import Flags, Floats, Market, Seconds, floats, seconds_of
from risk.entries import Close, entry_side, facts, laid
from risk.guards.base import Book, Facts, Guard
from risk.states import Terms

FLAGS = ("buy", "sell", "exit_long", "exit_short")


class Says(NamedTuple):
    """One element per bar: what the strategy says at its close about what is held."""

    leaves_long: Flags
    leaves_short: Flags
    trail: Floats


class Entries(NamedTuple):
    """One element per entry the strategy asks for, in the order of their bars."""

    row: NDArray[np.int64]  # its bar
    side: NDArray[np.int64]  # 1 BUY, -1 SELL
    confidence: Floats
    price: Floats
    sl: Floats  # NaN: it has no levels
    tp: Floats
    expires: Seconds


def says_of(decisions: pd.DataFrame) -> Says:
    """The exits among `decisions` (as in strategies.base); an entry the other way is one."""
    says = {name: decisions[name].to_numpy() for name in FLAGS}
    return Says(
        leaves_long=says["exit_long"] | says["sell"],
        leaves_short=says["exit_short"] | says["buy"],
        trail=floats(decisions, "trail"),
    )


def entries_of(decisions: pd.DataFrame, market: Market, terms: Terms) -> tuple[Entries, Facts]:
    """The entries among `decisions` on the bars of `market`, and what guards are asked of them."""
    row, side = _asked(decisions, terms.min_confidence)
    bars, at = market.bars, market.bars.time[row] + seconds_of(terms)
    bid, ask = bars.close[row], bars.ask_close[row]
    hole_minutes, since = market.holes.before(row, at)
    close = Close(
        price=np.where(side > 0, ask, bid),
        spread=ask - bid,
        atr=decisions["atr"].to_numpy()[row],
        is_open=market.spans.is_open(at),
        hole_minutes=hole_minutes,
        minutes_since_hole=since,
    )
    found = laid(side, close, terms)
    entries = Entries(
        row=row,
        side=side,
        confidence=decisions["confidence"].to_numpy()[row],
        price=found.price / terms.scale,
        sl=np.where(found.is_whole, found.sl / terms.scale, np.nan),
        tp=found.tp / terms.scale,
        expires=market.spans.add_trading_minutes(at, terms.expiry_minutes),
    )
    return entries, facts(found, close, terms)


def refused_by(guards: Sequence[Guard], asked: Facts, count: int) -> NDArray[np.int64]:
    """Of `count` entries: bit k where the k-th guard refuses."""
    bits, book = np.zeros(count, dtype=np.int64), Book()
    for place, guard in enumerate(guards):
        bits |= np.asarray(guard.refuses(asked, book), dtype=np.int64) << place
    return bits


def _asked(
    decisions: pd.DataFrame, min_confidence: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(rows, sides) of the entries that are confident enough."""
    buy, sell = decisions["buy"].to_numpy(), decisions["sell"].to_numpy()
    row = np.flatnonzero(buy | sell)
    confidence = decisions["confidence"].to_numpy()[row]
    side = entry_side(buy[row], sell[row], confidence, min_confidence)
    return row[side != 0], side[side != 0].astype(np.int64)
