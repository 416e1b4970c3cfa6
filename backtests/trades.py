"""Trades as columns: a year of them is a few hundred kilobytes and one read."""

import io
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from risk.states import REASONS

__all__ = ["REASONS", "Trades"]

Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]
_TYPES = {
    "symbol": "i2",
    "side": "i1",
    "decided_at": "M8[s]",
    "entered_at": "M8[s]",
    "closed_at": "M8[s]",
    "reason": "i1",
    "is_gap": "?",
    "refused": "i4",
}


@dataclass(frozen=True, kw_only=True)
class Trades:
    """One element per closed position in every array, oldest decision first; NaN is unknown.

    Times UTC, prices in price units, results after costs. `decided_at` is the open of the bar
    whose close decided; `price` what the signal said, `entry_price` what was paid at the next open.
    """

    symbol: NDArray[np.int16]  # place in the plan's symbols
    side: NDArray[np.int8]  # 1 BUY, -1 SELL
    decided_at: Times
    entered_at: Times
    closed_at: Times
    price: Floats
    sl: Floats
    tp: Floats
    confidence: Floats
    entry_price: Floats
    exit_price: Floats  # NaN after missing minutes: no result, not an invented one
    reason: NDArray[np.int8]  # place in REASONS
    is_gap: NDArray[np.bool_]
    refused: NDArray[np.int32]  # bit k: the k-th guard refused it; 0: accepted, else a shadow
    pips: Floats
    r: Floats
    r_optimistic: Floats  # had TP come first inside the deciding bar; NaN without a tie
    return_pct: Floats
    mfe_pips: Floats
    mae_pips: Floats
    cost_r: Floats  # what slippage and commission took of `r`; the spread is in the prices

    def __len__(self) -> int:
        return len(self.r)

    @classmethod
    def none(cls) -> Self:
        """No trades."""
        return cls.of({})

    @classmethod
    def of(cls, columns: dict[str, Any]) -> Self:
        """Trades of lists or arrays by column name; those left out must all be empty."""
        return cls(
            **{
                each.name: np.asarray(columns.get(each.name, []), dtype=_TYPES.get(each.name, "f8"))
                for each in fields(cls)
            }
        )

    def where(self, mask: NDArray[np.bool_]) -> Self:
        """Those where `mask`, one boolean per trade, is true."""
        return type(self)(**{each.name: getattr(self, each.name)[mask] for each in fields(self)})

    @property
    def is_taken(self) -> NDArray[np.bool_]:
        """Accepted by every guard, and with a known result."""
        is_taken: NDArray[np.bool_] = (self.refused == 0) & ~np.isnan(self.r)
        return is_taken

    def to_bytes(self) -> bytes:
        """All columns, compressed; `from_bytes` reads it."""
        kept = io.BytesIO()
        np.savez_compressed(kept, **{each.name: getattr(self, each.name) for each in fields(self)})
        return kept.getvalue()

    @classmethod
    def from_bytes(cls, kept: bytes) -> Self:
        """The trades of `to_bytes`."""
        with np.load(io.BytesIO(kept), allow_pickle=False) as columns:
            return cls.of(dict(columns))
