"""The equity curve for those who draw it: no more points than can be told apart."""

import numpy as np

from risk.statistics import Equity

POINTS = 2_000  # at most; a chart is narrower


def thinned(curve: Equity, limit: int = POINTS) -> Equity:
    """`curve` in at most `limit` points: of each stretch its last and its deepest drawdown.

    The depth of every drawdown and where the curve ends are kept; one that is short stays whole.
    """
    count = len(curve.equity_r)
    if count <= limit:
        return curve
    stretches = np.array_split(np.arange(count), limit // 2)
    lowest = [part[curve.drawdown_r[part].argmin()] for part in stretches]
    kept = np.unique([*lowest, *(part[-1] for part in stretches)])
    return Equity(
        closed_at=curve.closed_at[kept],
        equity_r=curve.equity_r[kept],
        drawdown_r=curve.drawdown_r[kept],
    )
