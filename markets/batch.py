"""Bars side by side in arrays, as validation and storage want them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from markets.feeds.base import Bar

SIDES = ("open", "high", "low", "close")
NO_ASK = (None, None, None, None)


@dataclass(frozen=True)
class Batch:
    """`n` bars of one symbol in the order they were sent.

    `times`: open time in whole seconds since 1970, UTC. `bid`, `ask`: (n, 4) prices in the
    order of SIDES; ask rows count only where `has_ask`. `lines`: where each bar stood in its
    file or request, from 1. `faults`: index -> why the bar is not of this symbol at all.
    """

    times: NDArray[np.int64]
    bid: NDArray[np.float64]
    ask: NDArray[np.float64]
    has_ask: NDArray[np.bool_]
    volume: NDArray[np.float64]
    lines: NDArray[np.int64]
    faults: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.times)

    def take(self, rows: NDArray[Any]) -> "Batch":
        """The bars at these places (a mask or indices), without faults."""
        return Batch(
            self.times[rows],
            self.bid[rows],
            self.ask[rows],
            self.has_ask[rows],
            self.volume[rows],
            self.lines[rows],
        )

    def time(self, row: int) -> datetime | None:
        """When the bar at this place opened; None where no date can say it."""
        try:
            return datetime.fromtimestamp(int(self.times[row]), UTC)
        except (ValueError, OverflowError, OSError):
            return None

    def raw(self, row: int) -> dict[str, str]:
        """The bar at this place as plain text, NaN and infinity included."""
        shown = {"line": str(self.lines[row]), "time": str(self.time(row))}
        shown |= dict(zip(SIDES, map(repr, self.bid[row].tolist()), strict=True))
        shown["volume"] = repr(float(self.volume[row]))
        if self.has_ask[row]:
            ask = map(repr, self.ask[row].tolist())
            shown |= dict(zip((f"ask_{side}" for side in SIDES), ask, strict=True))
        return shown


def batch_of(bars: Sequence[Bar], *, code: str) -> Batch:
    """The bars of one request as a batch; `code` is the symbol they should be of."""
    bid = [(b.open, b.high, b.low, b.close) for b in bars]
    ask = [(b.ask_open, b.ask_high, b.ask_low, b.ask_close) for b in bars]
    faults = {n: fault for n, bar in enumerate(bars) if (fault := _fault(bar, code))}
    return Batch(
        times=np.array([_seconds(b.time) for b in bars], dtype=np.int64),
        bid=np.array(bid, dtype=np.float64).reshape(-1, 4),
        ask=np.array(ask, dtype=np.float64).reshape(-1, 4),
        has_ask=np.array([quote != NO_ASK for quote in ask], dtype=np.bool_),
        volume=np.array([b.volume for b in bars], dtype=np.float64),
        lines=np.array([b.line or n for n, b in enumerate(bars, 1)], dtype=np.int64),
        faults=faults,
    )


def joined(batches: Sequence[Batch]) -> Batch:
    """The bars of several batches behind each other, without faults."""
    return Batch(
        times=np.concatenate([batch.times for batch in batches]),
        bid=np.concatenate([batch.bid for batch in batches]),
        ask=np.concatenate([batch.ask for batch in batches]),
        has_ask=np.concatenate([batch.has_ask for batch in batches]),
        volume=np.concatenate([batch.volume for batch in batches]),
        lines=np.concatenate([batch.lines for batch in batches]),
    )


def _fault(bar: Bar, code: str) -> str | None:
    if bar.symbol is not None and bar.symbol != code:
        return f"is a bar of {bar.symbol}, not of {code}"
    if bar.timeframe != "M1":
        return f"is a {bar.timeframe} bar; only M1 bars are stored"
    if bar.time.tzinfo is None:
        return "its time has no time zone"
    if bar.time.microsecond:
        return "its time is not a whole minute"
    return None


def _seconds(time: datetime) -> int:
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return int(aware.timestamp())
