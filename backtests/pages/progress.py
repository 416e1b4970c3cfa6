"""How far a run is: its state in a word, a share, and the time left."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from backtests.models import Backtest, State
from backtests.progress import silence
from risk.telling.words import span_text

LOOKS = {  # tone and shape
    State.QUEUED: ("tone-calm", "clock"),
    State.RUNNING: ("tone-accent", "play"),
    State.DONE: ("tone-good", "check"),
    State.FAILED: ("tone-bad", "alert"),
    State.CANCELLED: ("tone-calm", "close"),
}
TELLING = 0.02  # of the bars must be done before the time left is told


@dataclass(frozen=True)
class Progress:
    """What is told of a run while it waits, runs and after."""

    word: str
    tone: str
    icon: str
    is_ended: bool
    percent: int
    detail: str  # bars done and the time left; "" once it ended


def progress(run: Backtest, *, now: datetime) -> Progress:
    """How far `run` is."""
    state = State(run.state)
    tone, icon = LOOKS[state]
    is_ended = state in (State.DONE, State.FAILED, State.CANCELLED)
    total = max(1, run.bars_total)
    return Progress(
        word=str(state.label),
        tone=tone,
        icon=icon,
        is_ended=is_ended,
        percent=min(100, 100 * run.bars_done // total),
        detail="" if is_ended else _detail(run, now),
    )


def time_left(run: Backtest, *, now: datetime) -> timedelta | None:
    """How long it takes on at its pace; None before that can be told, and once it ended."""
    done, total = run.bars_done, run.bars_total
    if run.state != State.RUNNING or run.started_at is None or done <= TELLING * total:
        return None
    return (now - run.started_at) * max(0, total - done) / done


def _detail(run: Backtest, now: datetime) -> str:
    if run.state == State.QUEUED:
        return f"{run.bars_total:,} bars to test; it begins as soon as a worker is free"
    told = f"{run.bars_done:,} of {run.bars_total:,} bars"
    if silent := silence(run.beat_at, now=now):
        return f"{told}. {silent}"
    left = time_left(run, now=now)
    if left is None:
        return told
    return f"{told}, about {_left_text(left)} left"


def _left_text(left: timedelta) -> str:
    seconds = int(left.total_seconds()) + 1
    return f"{seconds} s" if seconds < 90 else span_text(left)
