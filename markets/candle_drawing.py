"""A candlestick chart as SVG paths, drawn by the server: values in, path strings out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 280  # the SVG's own units
BODY = 0.64  # of a bar's room

Ohlc = Sequence[float]  # time, open, high, low, close


@dataclass(frozen=True)
class DrawnLevel:
    """A horizontal line with its name and price."""

    kind: str
    label: str
    price: float
    path: str
    y: float


@dataclass(frozen=True)
class Drawing:
    rising: str  # bodies and wicks of bars that closed higher, or where they opened
    falling: str
    levels: tuple[DrawnLevel, ...]


def drawing(bars: Sequence[Ohlc], levels: Mapping[str, tuple[str, float]]) -> Drawing | None:
    """`bars` from edge to edge with `levels` (kind: label, price) across; None without bars."""
    if not bars:
        return None
    prices = [price for _, price in levels.values()]
    top = max(*(bar[2] for bar in bars), *prices, bars[0][2])
    bottom = min(*(bar[3] for bar in bars), *prices, bars[0][3])
    scale = _Scale(bottom, top, WIDTH / len(bars))
    return Drawing(
        rising="".join(_candle(scale, n, bar) for n, bar in enumerate(bars) if bar[4] >= bar[1]),
        falling="".join(_candle(scale, n, bar) for n, bar in enumerate(bars) if bar[4] < bar[1]),
        levels=tuple(_level(scale, kind, *level) for kind, level in levels.items()),
    )


@dataclass(frozen=True)
class _Scale:
    bottom: float
    top: float
    room: float  # width of one bar

    def y(self, price: float) -> float:
        """Height of a price; a chart that never moves lies in the middle."""
        if self.top == self.bottom:
            return HEIGHT / 2
        return 4 + (HEIGHT - 8) * (self.top - price) / (self.top - self.bottom)


def _candle(scale: _Scale, number: int, bar: Ohlc) -> str:
    _, opened, high, low, close = bar
    middle = (number + 0.5) * scale.room
    half = scale.room * BODY / 2
    above, below = scale.y(max(opened, close)), scale.y(min(opened, close))
    body = f"M{middle - half:.1f} {above:.1f}H{middle + half:.1f}V{max(below, above + 1):.1f}"
    wick = f"M{middle:.1f} {scale.y(high):.1f}V{scale.y(low):.1f}"
    return f"{wick}{body}H{middle - half:.1f}Z"


def _level(scale: _Scale, kind: str, label: str, price: float) -> DrawnLevel:
    y = scale.y(price)
    return DrawnLevel(kind, label, price, f"M0 {y:.1f}H{WIDTH}", round(y, 1))
