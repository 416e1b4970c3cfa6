"""The running sum of results, and how far and how long it lay below its best."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from risk.statistics.sample import EXACT, Floats, Mask, Sample, Times


@dataclass(frozen=True, kw_only=True)
class Equity:
    """R won and lost so far, at each closing; arrays of the sample's length."""

    closed_at: Times  # UTC, datetime64[s]
    equity_r: Floats  # running sum, zero before the first
    drawdown_r: Floats  # below the best so far, zero or negative


@dataclass(frozen=True, kw_only=True)
class Drawdown:
    """The deepest fall from a best."""

    depth_r: float  # negative
    started_at: datetime  # when the best was reached; the first closing where it fell from zero
    lasted: timedelta  # until the best was reached again, or to the last closing
    is_recovered: bool


def equity(sample: Sample) -> Equity:
    """The sum of R at each closing, and its distance from the best so far, zero included."""
    summed: Floats = np.cumsum(sample.r, dtype=np.float64)
    summed = summed.round(EXACT)  # or a full recovery would end a hair below
    best = np.maximum.accumulate(np.maximum(summed, 0.0))
    return Equity(closed_at=sample.closed_at, equity_r=summed, drawdown_r=summed - best)


def deepest(curve: Equity) -> Drawdown | None:
    """The deepest drawdown of `curve`, the first of equals; None where it never fell."""
    if not len(curve.drawdown_r) or not (lowest := curve.drawdown_r.min()) < 0:
        return None
    bottom = int(curve.drawdown_r.argmin())
    at_best = curve.drawdown_r >= 0
    before = np.flatnonzero(at_best[:bottom])
    after = np.flatnonzero(at_best[bottom:])
    start = int(before[-1]) if len(before) else 0
    end = bottom + int(after[0]) if len(after) else len(at_best) - 1
    started_at = _utc(curve.closed_at[start])
    return Drawdown(
        depth_r=float(lowest),
        started_at=started_at,
        lasted=_utc(curve.closed_at[end]) - started_at,
        is_recovered=bool(len(after)),
    )


def longest_run(hits: Mask) -> int:
    """The most `hits` that follow one another."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], hits.astype(np.int8), [0]])))
    return int((edges[1::2] - edges[::2]).max()) if len(edges) else 0


def _utc(moment: np.datetime64) -> datetime:
    return datetime.fromtimestamp(int(moment.astype("datetime64[s]").astype(np.int64)), UTC)
