"""The chart of a signal as values: bars, indicators, levels and marks; JSON for static/js/chart.js.

Times are whole seconds since 1970, UTC, of a bar's open.
"""

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from markets.candle_chart import Chart, Line, Mark, Step, ohlc, seconds
from signals.models import Signal
from signals.pages.chart_bars import Span, bar_at, read, span
from signals.pages.reasons import strategy_of
from signals.pages.stop_path import stop_path
from signals.wording import ended_by, position_of, stop_label
from strategies.base import Strategy

AT_OPEN = ("flat", "opposite", "data_gap")  # endings that fill at a bar's open


def chart(signal: Signal, *, now: datetime, whole: bool = False) -> Chart:
    """What the chart of `signal` shows; two queries for bars, however long it ran."""
    asked = span(signal, now=now, whole=whole)
    strategy, fault = strategy_of(signal)
    is_own = asked.timeframe == signal.timeframe
    plots = strategy is not None and is_own
    bars, first = read(signal, asked, warmup=strategy.warmup if strategy and plots else 0)
    shown = bars.iloc[first:]
    decisions = strategy.decisions(bars) if strategy and plots and len(bars) else None
    return Chart(
        timeframe=str(asked.timeframe),
        digits=signal.digits,
        bars=ohlc(shown, signal.digits),
        plots=_plots(strategy, decisions, first, signal.digits),
        lines=_lines(signal, shown, stop_path(signal, strategy, bars, decisions)),
        marks=_marks(signal, shown),
        notes=tuple(_notes(signal, shown, asked, is_own, fault)),
        is_whole=asked.is_whole,
    )


def _plots(
    strategy: Strategy | None, decisions: pd.DataFrame | None, first: int, digits: int
) -> tuple[dict[str, Any], ...]:
    """The indicators of the strategy; None where undefined, none at all for an empty column."""
    if strategy is None or decisions is None:
        return ()
    found = []
    for plot in strategy.plots:
        column = decisions[plot.column].to_numpy(dtype=float)[first:]
        if np.isnan(column).all():
            continue
        places = 2 if plot.pane else digits
        values = [None if np.isnan(value) else round(float(value), places) for value in column]
        found.append({"label": plot.label, "pane": plot.pane, "values": values})
    return tuple(found)


def _lines(signal: Signal, bars: pd.DataFrame, steps: tuple[Step, ...]) -> tuple[Line, ...]:
    entry = signal.ends or signal
    position = position_of(entry)
    ended = position.closed_at if position else None
    last = bar_at(bars, ended, at_open=False) if ended else None
    times = seconds(bars)
    if not times:
        return ()
    begin = max(times[0], int(entry.bar_time.timestamp()))
    end = max(begin, int(last.timestamp()) if last else times[-1])
    filled = position.entry_price if position else None
    levels = [
        ("entry", "Entry" if filled is not None else "Price", filled or entry.price),
        ("sl", "SL", entry.sl),
        ("tp", "TP", entry.tp),
    ]
    if position and position.stop != entry.sl and not steps:
        levels.append(("stop", stop_label(position), position.stop))
    lines = [
        Line(kind, label, ((begin, float(price)), (end, float(price))))
        for kind, label, price in levels
        if price is not None
    ]
    moved = tuple(step for step in steps if begin <= step[0] <= end)
    return (*lines, Line("stop", "Trailing stop", moved)) if moved else tuple(lines)


def _marks(signal: Signal, bars: pd.DataFrame) -> tuple[Mark, ...]:
    marks = []
    for each in filter(None, (signal.ends, signal)):
        if bar_at(bars, each.bar_time, at_open=True) == each.bar_time:
            time = int(each.bar_time.timestamp())
            marks.append(Mark(each.action, each.action, time, float(each.price)))
    position = position_of(signal.ends or signal)
    if position and position.closed_at and position.exit_price is not None:
        at_open = position.is_gap or position.reason in AT_OPEN
        at = bar_at(bars, position.closed_at, at_open=at_open)
        if at:
            label = f"Exit by {ended_by(position)}"
            marks.append(Mark("exit", label, int(at.timestamp()), float(position.exit_price)))
    return tuple(marks)


def _notes(signal: Signal, bars: pd.DataFrame, asked: Span, is_own: bool, fault: str) -> list[str]:
    if bars.empty:
        return ["Its bars are no longer stored, so there is nothing to draw."]
    notes = [fault] if fault else []
    if not is_own:
        notes.append(f"Drawn in {asked.timeframe} bars; its indicators belong to "
                     f"{signal.timeframe} bars and are left out.")  # fmt: skip
    if not asked.is_whole and is_own:
        notes.append("It ran for longer than this chart shows.")
    if bar_at(bars, asked.start, at_open=True) != asked.start and is_own:
        notes.append("The bar that decided is no longer stored.")
    return notes
