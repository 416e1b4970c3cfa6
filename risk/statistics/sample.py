"""Closed signals as arrays: what every figure is computed from."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]
Mask = NDArray[np.bool_]

EXACT = 9  # decimals of a sum of R; what lies beyond is the noise of floats

Row = tuple[datetime, float, float, float, float | None]
"""When a signal closed, then its R, pips, return in percent and optimistic R."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Closed signals with a known result, oldest first by closing time; arrays of one length."""

    closed_at: Times  # UTC, datetime64[s]
    r: Floats  # in units of each signal's own risk
    pips: Floats
    return_pct: Floats  # percent of the entry price
    r_optimistic: Floats  # had TP come first inside the bar; NaN where there was no tie

    def __post_init__(self) -> None:
        if {getattr(self, field.name).shape for field in fields(self)} != {self.r.shape}:
            raise ValueError("the arrays of a sample must be of one length")
        if self.r.ndim != 1 or (self.closed_at[1:] < self.closed_at[:-1]).any():
            raise ValueError("a sample is one row of results, oldest first")

    def __len__(self) -> int:
        return len(self.r)

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Self:
        """The sample of `rows` in any order; those closed together keep theirs."""
        listed = sorted(rows, key=lambda row: row[0])
        seconds = np.array([int(row[0].timestamp()) for row in listed], dtype=np.int64)
        numbers = np.array([row[1:] for row in listed], dtype=np.float64).reshape(-1, 4)
        r, pips, return_pct, r_optimistic = numbers.T
        return cls(
            closed_at=seconds.astype("datetime64[s]"),
            r=r,
            pips=pips,
            return_pct=return_pct,
            r_optimistic=r_optimistic,
        )

    def where(self, mask: Mask) -> Self:
        """Those of the sample where `mask`, one boolean per result, is true."""
        return type(self)(**{field.name: getattr(self, field.name)[mask] for field in fields(self)})
