"""A price line small enough for a table cell, as the points of an SVG path."""

from collections.abc import Sequence

WIDTH, HEIGHT = 96, 24  # the SVG's own units


def spark_path(closes: Sequence[float]) -> str:
    """The path of `closes`, oldest first, from edge to edge; "" for fewer than two.

    A line that never moves lies in the middle.
    """
    if len(closes) < 2:
        return ""
    low, high = min(closes), max(closes)
    step = WIDTH / (len(closes) - 1)
    points = (
        f"{number * step:.1f} {_height(close, low, high):.1f}"
        for number, close in enumerate(closes)
    )
    return "M" + "L".join(points)


def spark_area(path: str) -> str:
    """`path` closed along the bottom edge, for a tint under the line."""
    return f"{path}L{WIDTH} {HEIGHT}L0 {HEIGHT}Z" if path else ""


def _height(close: float, low: float, high: float) -> float:
    if high == low:
        return HEIGHT / 2
    return 1 + (HEIGHT - 2) * (high - close) / (high - low)
