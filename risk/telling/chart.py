"""The equity chart as values: JSON for static/js/record.js, and the points of the SVG.

Points are (time, equity, drawdown, results so far), evenly spaced so that the axis is
time: each holds what had closed before the next. Times are whole seconds since 1970, UTC.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from risk.statistics import Equity
from risk.telling.words import counted, r_text

MOST = 600  # points; more cannot be told apart
MINUTE, HOUR, DAY = 60, 3600, 86_400
STEPS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, DAY, 7 * DAY)

Point = tuple[int, float, float, int]


@dataclass(frozen=True)
class Drawn:
    points: tuple[Point, ...]
    summary: str
    notes: tuple[str, ...]
    unit: str = "R"


def drawn(equity: Equity, *, unit: str = "R", told: Callable[[float], str] = r_text) -> Drawn:
    """What the chart of `equity` shows, its values in `unit`; no points without results.

    `told` puts a value in words.
    """
    if not len(equity.closed_at):
        return Drawn((), "", ("Nothing has ended in this range yet, so there is nothing to draw.",))
    seconds = equity.closed_at.astype(np.int64)
    step = _step(int(seconds[-1] - seconds[0]))
    points = tuple(_points(equity, seconds // step, step))
    note = f"Each point is {_named(step)}; the drawdown is the deepest within it."
    return Drawn(points, summary(equity, told), (note,) if step > MINUTE else (), unit)


def summary(equity: Equity, told: Callable[[float], str] = r_text) -> str:
    """The chart in one sentence, for those who do not see it."""
    first, last = (str(at)[:10] for at in equity.closed_at[[0, -1]])
    lowest = float(equity.drawdown_r.min())
    fall = f"its deepest drawdown is {told(lowest)}" if lowest < 0 else "it never fell"
    return (
        f"Equity of {counted(len(equity.closed_at), 'result')} from {first} to {last} UTC: it ends "
        f"at {told(float(equity.equity_r[-1]))}, its best is "
        f"{told(float(max(0.0, equity.equity_r.max())))}, {fall}."
    )


def _step(span: int) -> int:
    """Seconds from point to point; beyond the longest of STEPS, as many days as it takes."""
    days = -(-span // (DAY * (MOST - 3)))
    return next((step for step in STEPS if span / step < MOST - 2), days * DAY)


def _named(step: int) -> str:
    if step % DAY == 0:
        return counted(step // DAY, "day")
    return counted(step // HOUR, "hour") if step % HOUR == 0 else counted(step // MINUTE, "minute")


def _points(equity: Equity, bucket: np.ndarray, step: int) -> list[Point]:
    """One point a step, from the one before the first closing, at zero, to the last."""
    grid = np.arange(bucket[0] - 1, bucket[-1] + 1)
    starts = np.searchsorted(bucket, grid, side="left")
    ends = np.searchsorted(bucket, grid, side="right")
    summed = np.concatenate([[0.0], equity.equity_r])[ends]
    falls = np.concatenate([[0.0], equity.drawdown_r])[ends]
    filled = ends > starts
    falls[filled] = np.minimum.reduceat(equity.drawdown_r, starts[filled])
    rows = zip(grid * step, summed, falls, ends, strict=True)
    return [(int(at), _told(total), _told(fall), int(count)) for at, total, fall, count in rows]


def _told(value: float) -> float:
    """As `r_text` rounds it, and never -0.0."""
    return round(float(value), 2) + 0.0
