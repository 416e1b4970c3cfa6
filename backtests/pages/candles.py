"""Trades on the candle chart: one with its levels, or all of a day with where they began and ended.

Bars as they are stored now; times are whole seconds since 1970, UTC.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pandas as pd

from backtests.plan import Plan
from backtests.report.listed import Trade
from markets.candle_chart import Chart, Line, Mark, ohlc, seconds
from markets.candle_drawing import Drawing, drawing
from markets.frames import Timeframe
from markets.history import bars_after
from markets.models import Symbol
from risk.wording import HOW

BEFORE, AFTER = 90, 30  # bars ahead of the decision, and behind the exit
MOST = 600  # bars of one chart
DAY = timedelta(days=1)
SKETCHED = 150  # bars of the drawing without script
AT_OPEN = ("flat", "opposite", "data_gap")  # endings that fill at a bar's open
GONE = "Its bars are no longer stored, so there is nothing to draw."


def trade_chart(trade: Trade, plan: Plan) -> Chart:
    """The bars from before its decision to behind its end, with entry, stop, target and exit."""
    bars, timeframe = _bars(trade, plan)
    notes = [] if len(bars) else [GONE]
    if timeframe != plan.timeframe and len(bars):
        notes.append(f"Drawn in {timeframe} bars: it ran for longer than {MOST} of its own.")
    return Chart(
        timeframe=str(timeframe),
        digits=trade.digits,
        bars=ohlc(bars, trade.digits),
        plots=(),
        lines=_lines(trade, bars),
        marks=_marks([trade], bars),
        notes=tuple(notes),
        is_whole=True,
    )


def day_chart(trades: Sequence[Trade], plan: Plan, *, symbol: str, day: datetime) -> Chart:
    """The bars of one UTC day of one symbol with the trades decided on it."""
    timeframe = _fitting(plan.timeframe, DAY)
    bars = _read(symbol, plan, timeframe, start=day, end=day + DAY, before=0)
    bars = bars[bars.index >= pd.Timestamp(day)]
    told = f"{len(trades)} decided on this day." if trades else "None was decided on this day."
    digits = trades[0].digits if trades else 5
    return Chart(
        timeframe=str(timeframe),
        digits=digits,
        bars=ohlc(bars, digits),
        plots=(),
        lines=tuple(line for trade in trades for line in _ways(trade, bars)),
        marks=_marks(trades, bars),
        notes=(told,) if len(bars) else (GONE,),
        is_whole=True,
    )


def sketch(trade: Trade, plan: Plan) -> Drawing | None:
    """The trade's chart for readers without script."""
    bars, _ = _bars(trade, plan)
    levels = {"entry": ("Entry", trade.entry_price), "sl": ("SL", trade.sl)}
    levels |= {"tp": ("TP", trade.tp)} if trade.tp is not None else {}
    levels |= {"exit": ("Exit", trade.exit_price)} if trade.exit_price is not None else {}
    rows = [(0.0, *prices) for prices in bars[["open", "high", "low", "close"]].to_numpy().tolist()]
    return drawing(rows[:SKETCHED], levels)


def _bars(trade: Trade, plan: Plan) -> tuple[pd.DataFrame, Timeframe]:
    timeframe = _fitting(plan.timeframe, trade.closed_at - trade.decided_at)
    end = trade.closed_at + AFTER * timeframe.delta
    bars = _read(trade.symbol, plan, timeframe, start=trade.decided_at, end=end, before=BEFORE + 1)
    return bars, timeframe


def _fitting(own: Timeframe, life: timedelta) -> Timeframe:
    """The shortest bars, no shorter than its own, of which a chart has room for `life`."""
    room = MOST - BEFORE - AFTER
    longer = [each for each in Timeframe if each.minutes >= own.minutes]
    return next((each for each in longer if life / each.delta <= room), longer[-1])


def _read(
    code: str, plan: Plan, timeframe: Timeframe, *, start: datetime, end: datetime, before: int
) -> pd.DataFrame:
    symbol = Symbol.objects.filter(code=code).first() or Symbol(code=code)
    return bars_after(
        symbol,
        feed=plan.feed,
        timeframe=timeframe,
        after=start - timedelta(seconds=1),
        warmup=before,
        limit=MOST,
        until=end,
    )


def _lines(trade: Trade, bars: pd.DataFrame) -> tuple[Line, ...]:
    begin, end = _at(trade.entered_at, bars), _end(trade, bars)
    if begin is None or end is None:
        return ()
    levels = [("entry", "Entry", trade.entry_price), ("sl", "SL", trade.sl), ("tp", "TP", trade.tp)]
    return tuple(
        Line(kind, label, ((begin, price), (end, price)))
        for kind, label, price in levels
        if price is not None
    )


def _ways(trade: Trade, bars: pd.DataFrame) -> tuple[Line, ...]:
    """One line from fill to end, without a name: a day may have many."""
    begin, end = _at(trade.entered_at, bars), _end(trade, bars)
    if begin is None or end is None or trade.exit_price is None:
        return ()
    return (Line("entry", "", ((begin, trade.entry_price), (end, trade.entry_price))),)


def _marks(trades: Sequence[Trade], bars: pd.DataFrame) -> tuple[Mark, ...]:
    """Where each was decided and ended, in order of time."""
    marks = []
    for trade in trades:
        if (decided := _at(trade.decided_at, bars)) is not None:
            marks.append(Mark(trade.action, trade.action, decided, trade.price))
        ended = _end(trade, bars)
        if ended is not None and trade.exit_price is not None:
            marks.append(Mark("exit", f"Exit by {HOW[trade.reason]}", ended, trade.exit_price))
    return tuple(sorted(marks, key=lambda mark: mark.time))


def _end(trade: Trade, bars: pd.DataFrame) -> int | None:
    """Open of the bar it ended on: at its open, or inside it."""
    at_open = trade.is_gap or trade.reason in AT_OPEN
    return _at(trade.closed_at - timedelta(seconds=0 if at_open else 1), bars)


def _at(moment: datetime, bars: pd.DataFrame) -> int | None:
    """Open of the bar `moment` lies in; None outside of them."""
    row = int(bars.index.searchsorted(pd.Timestamp(moment), side="right")) - 1
    if row < 0:
        return None
    return seconds(bars.iloc[row : row + 1])[0]
