"""Where a trailing stop stood on each bar, folded again as the engine did."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

import pandas as pd

from markets.candle_chart import Step
from risk.exits import trail
from risk.states import Position as Held
from risk.states import State, Terms
from risk.tape import tape
from signals.evaluation import terms_of
from signals.holdings import held_of
from signals.models import Position, Signal
from signals.wording import position_of
from strategies.base import Strategy


def stop_path(
    signal: Signal,
    strategy: Strategy | None,
    bars: pd.DataFrame,
    decisions: pd.DataFrame | None,
) -> tuple[Step, ...]:
    """The stop in force during each bar of the position; nothing where it does not trail."""
    entry = signal.ends or signal
    position = position_of(entry)
    if strategy is None or decisions is None or position is None or not strategy.trails:
        return ()
    decided = pd.Timestamp(entry.bar_time)
    if position.entry_at is None or entry.sl is None or decided not in bars.index:
        return ()  # without its first bar the path would begin in the wrong place
    terms = terms_of(entry.config_version, strategy, feed=entry.feed)
    held = replace(held_of(position), stop=float(entry.sl), leaving=None)
    start = int(bars.index.searchsorted(decided, side="right"))
    return tuple(_steps(held, position, bars, decisions, terms, start))


def _steps(
    held: Held,
    position: Position,
    bars: pd.DataFrame,
    decisions: pd.DataFrame,
    terms: Terms,
    start: int,
) -> Iterator[Step]:
    state = State(held=held)
    rows = tape(bars, decisions, bar_length=terms.bar_length, start=start)
    for bar, decision in takewhile(
        lambda row: position.closed_at is None or row[0].time < position.closed_at, rows
    ):
        if state.held:
            yield int(bar.time.timestamp()), state.held.stop
        state = trail(state, bar, decision, terms)
