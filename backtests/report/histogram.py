"""How results are spread over R, as bars of an SVG drawn by the server."""

from dataclasses import dataclass

import numpy as np

from risk.statistics import Sample
from risk.telling.words import counted

WIDTH, HEIGHT = 720, 200  # the SVG's own units
WIDTHS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)  # R, of one bar
MOST = 40  # bars


@dataclass(frozen=True)
class Bar:
    """So many results from `low` up to below `high` R."""

    low: float
    high: float
    count: int
    x: float
    y: float
    width: float
    height: float
    tone: str

    @property
    def text(self) -> str:
        return f"{self.low:+.2f} to {self.high:+.2f} R: {counted(self.count, 'result')}"


@dataclass(frozen=True)
class Histogram:
    bars: tuple[Bar, ...]
    zero: float  # where 0 R lies
    low: float
    high: float
    step: float  # R


def histogram(sample: Sample) -> Histogram | None:
    """The distribution of R; None without a result.

    Bars begin at a multiple of their width, so zero is always an edge.
    """
    if not len(sample):
        return None
    low, high = min(0.0, float(sample.r.min())), max(0.0, float(sample.r.max()))
    step = next((width for width in WIDTHS if (high - low) / width < MOST - 2), 0.0)
    step = step or float(np.ceil((high - low) / (MOST - 2)))
    first, last = int(np.floor(low / step)), int(np.floor(high / step)) + 1
    places = np.floor(np.round(sample.r / step, 9)).astype(np.int64) - first
    counts = np.bincount(places, minlength=last - first).tolist()
    width, most = WIDTH / len(counts), max(counts)
    bars = tuple(
        _bar(first + n, count, step, n * width, width, most)
        for n, count in enumerate(counts)
        if count
    )
    return Histogram(bars, round(-first * width, 1), first * step, last * step, step)


def _bar(place: int, count: int, step: float, x: float, width: float, most: int) -> Bar:
    height = max(1.0, (HEIGHT - 4) * count / most)
    return Bar(
        low=place * step + 0.0,
        high=(place + 1) * step + 0.0,
        count=count,
        x=round(x + 0.5, 1),
        y=round(HEIGHT - height, 1),
        width=round(width - 1, 1),
        height=round(height, 1),
        tone="good" if place >= 0 else "bad",
    )
