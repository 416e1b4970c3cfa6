"""Intervals and the equity curve as SVG shapes, drawn by the server: values in, numbers out."""

from collections.abc import Sequence
from dataclasses import dataclass

from risk.statistics import Figures

WIDTH, HEIGHT = 720, 240  # the SVG's own units
ROOM = 100.0  # width of an interval's room
LEAST = 1.5  # width below which a bar would not be seen


@dataclass(frozen=True)
class Whisker:
    """A mean and its interval on an axis shared by all rows, in ROOM."""

    x: float
    width: float
    mean: float
    zero: float
    tone: str  # good or bad where zero lies outside the interval


@dataclass(frozen=True)
class Axis:
    """What all whiskers of a table have in common; zero always lies on it."""

    low: float
    high: float

    def at(self, value: float) -> float:
        return round(ROOM * (value - self.low) / (self.high - self.low), 1)

    def whisker(self, figures: Figures) -> Whisker | None:
        """The expectancy of `figures`; None where it is not told."""
        mean, interval = figures.expectancy_r, figures.expectancy_interval
        if mean is None or interval is None:
            return None
        start, width = self.at(interval.low), self.at(interval.high) - self.at(interval.low)
        tone = "good" if interval.low > 0 else "bad" if interval.high < 0 else "calm"
        return Whisker(start, round(max(width, LEAST), 1), self.at(mean), self.at(0.0), tone)


def axis(rows: Sequence[Figures]) -> Axis:
    """Wide enough for every interval of `rows`, with a little air."""
    intervals = [row.expectancy_interval for row in rows if row.expectancy_interval]
    low = min([0.0, *(interval.low for interval in intervals)])
    high = max([0.0, *(interval.high for interval in intervals)])
    air = 0.04 * (high - low) or 1.0
    return Axis(low - air, high + air)


@dataclass(frozen=True)
class Curve:
    """Steps of the equity, the fall below its best hanging from the top, and where zero is."""

    equity: str
    drawdown: str
    zero: float
    highest: float
    lowest: float


def curve(points: Sequence[Sequence[float]]) -> Curve | None:
    """The points of a chart (time, equity, drawdown, count) from edge to edge; None without."""
    if not points:
        return None
    values = [point[1] for point in points]
    highest, lowest = max(0.0, *values, values[0]), min(0.0, *values, values[0])
    room = (highest - lowest) or 1.0
    ys = [round(4 + (HEIGHT - 8) * (highest - value) / room, 1) for value in values]
    falls = [round(HEIGHT * -point[2] / room, 1) for point in points]
    return Curve(
        equity=_steps(ys, start=f"M0 {ys[0]}"),
        drawdown=f"{_steps(falls, start='M0 0')}V0Z",
        zero=round(4 + (HEIGHT - 8) * highest / room, 1),
        highest=highest,
        lowest=lowest,
    )


def _steps(ys: Sequence[float], *, start: str) -> str:
    step = WIDTH / max(1, len(ys) - 1)
    moves = (f"H{n * step:.1f}V{y}" for n, y in enumerate(ys))
    return start + "".join(moves)
