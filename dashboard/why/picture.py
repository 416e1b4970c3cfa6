"""The bars around a minute, drawn by the server, with the levels that were spoken of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.why.answers import Answer
from dashboard.why.asking import MINUTE
from markets.candle_drawing import HEIGHT, WIDTH, Drawing, drawing
from markets.frames import Timeframe
from markets.history import bars_after
from markets.models import Symbol
from signals.pages.chart_bars import near

BEFORE, AFTER = 45, 15  # minutes around the one asked about


@dataclass(frozen=True)
class Picture:
    """Bid candles; `mark` is a line through the minute asked about, "" where it has no bar."""

    drawn: Drawing
    mark: str
    begins_at: datetime
    ends_at: datetime
    summary: str


def picture(
    symbol: Symbol, *, feed: str, at: datetime, answers: Sequence[Answer]
) -> Picture | None:
    """The minutes around the one that closed at `at`; None without bars. Two queries."""
    opened = at - MINUTE
    bars = bars_after(
        symbol, feed=feed, timeframe=Timeframe.M1, after=opened, warmup=BEFORE, limit=AFTER
    )
    bars = near(bars, opened)
    rows = [(0.0, *prices) for prices in bars[["open", "high", "low", "close"]].to_numpy().tolist()]
    drawn = drawing(rows, _levels(answers))
    if drawn is None:
        return None
    times = [time.to_pydatetime() for time in bars.index]
    mark = _line_at(times.index(opened), len(times)) if opened in times else ""
    summary = f"Bid candles of {symbol.code} around {opened:%Y-%m-%d %H:%M} UTC."
    return Picture(drawn, mark, times[0], times[-1] + MINUTE, summary)


def _levels(answers: Sequence[Answer]) -> dict[str, tuple[str, float]]:
    """Price, stop and target of the first record that came to be."""
    made = next((each.verdict.made for each in answers if each.verdict.made), None)
    if made is None:
        return {}
    named = {"entry": ("Price", made.price), "sl": ("SL", made.sl), "tp": ("TP", made.tp)}
    return {kind: (label, float(at)) for kind, (label, at) in named.items() if at is not None}


def _line_at(row: int, count: int) -> str:
    return f"M{(row + 0.5) * WIDTH / count:.1f} 0V{HEIGHT}"
