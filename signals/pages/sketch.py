"""The chart of a signal for readers without script: fewer bars, no indicators."""

from markets.candle_drawing import Drawing, drawing
from markets.frames import Timeframe
from markets.history import bars_after
from signals.models import Signal
from signals.pages.chart_bars import near
from signals.wording import position_of

BEFORE, AFTER = 30, 120  # bars around the decision


def sketch(signal: Signal) -> Drawing | None:
    """The bars around its decision with entry, stop, target and exit; None without bars."""
    timeframe, position = Timeframe(signal.timeframe), position_of(signal)
    ended = position.closed_at if position else None
    bars = bars_after(
        signal.symbol,
        feed=signal.feed,
        timeframe=timeframe,
        after=signal.bar_time,
        warmup=BEFORE + 1,
        limit=AFTER,
        until=ended and ended + BEFORE * timeframe.delta,
    )
    bars = near(bars, signal.bar_time)
    rows = [(0.0, *prices) for prices in bars[["open", "high", "low", "close"]].to_numpy().tolist()]
    return drawing(rows, _levels(signal))


def _levels(signal: Signal) -> dict[str, tuple[str, float]]:
    position = position_of(signal)
    exit_price = position.exit_price if position else None
    levels = {
        "entry": ("Price", signal.price),
        "sl": ("SL", signal.sl),
        "tp": ("TP", signal.tp),
        "exit": ("Exit", exit_price),
    }
    return {
        kind: (label, float(price)) for kind, (label, price) in levels.items() if price is not None
    }
