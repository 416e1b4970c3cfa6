"""Comparing decisions, and choosing the bars to look at."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from backtests.checks.base import ENTRIES, FLAGS

Rows = NDArray[np.int64]


def differing(left: pd.DataFrame, right: pd.DataFrame, *, within: float = 0.0) -> pd.DataFrame:
    """True where two frames of one shape differ; undefined equals undefined.

    Numbers may lie `within` of each other, as a fraction of their size or of what is usual in the
    column, whichever is larger; flags must agree. Columns that only one of them has differ.
    """
    found = {}
    for name in [*left.columns, *right.columns.difference(left.columns)]:
        if name not in left or name not in right:
            found[name] = np.ones(len(left), dtype=np.bool_)
            continue
        found[name] = distance(left[name], right[name]) > within
    return pd.DataFrame(found, index=left.index)


def distance(left: pd.Series, right: pd.Series) -> NDArray[np.float64]:
    """How far apart each pair is, as a fraction; 0 where equal, infinity where one is undefined."""
    one, other = (series.to_numpy(dtype=np.float64) for series in (left, right))
    both = np.isfinite(one) & np.isfinite(other)
    size = np.maximum(np.abs(one), np.abs(other))
    usual = float(np.median(size[both])) if both.any() else 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.abs(one - other) / np.maximum(size, usual)
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    return np.where(same, 0.0, np.where(both, apart, np.inf))


def entry_rows(decisions: pd.DataFrame) -> Rows:
    """Rows that enter."""
    return np.flatnonzero(decisions[ENTRIES].to_numpy(dtype=bool).any(axis=1))


def deciding_rows(decisions: pd.DataFrame) -> Rows:
    """Rows that enter or leave."""
    return np.flatnonzero(decisions[FLAGS].to_numpy(dtype=bool).any(axis=1))


def spread_out(rows: Rows, most: int) -> Rows:
    """At most `most` of the rows, evenly over all of them."""
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]


def when(bars: pd.DataFrame, row: int) -> str:
    """The open time of a bar, for a sentence."""
    return f"{bars.index[row]:%Y-%m-%d %H:%M}"


def bars_said(count: int) -> str:
    """ "1 bar", "12 bars"."""
    return f"{count:,} bar{'' if count == 1 else 's'}"
