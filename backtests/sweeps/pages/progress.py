"""How far a sweep is, and how long the rest will take."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from backtests.models import State, Sweep
from backtests.models.states import ENDED
from backtests.progress import someone_works
from backtests.sweeps.counting import Counts, counts_of, waits_for
from risk.telling.words import span_text


@dataclass(frozen=True)
class Progress:
    """Counts of trials by what became of them."""

    pk: int
    trials: int
    done: int
    failed: int
    cancelled: int
    running: int
    has_ended: bool
    state: str
    left: str  # "about 5 min"; "" while nothing is known
    silent: str  # why it does not go on

    @property
    def ended(self) -> int:
        return self.done + self.failed + self.cancelled


def progress(sweep: Sweep, *, now: datetime) -> Progress:
    """Two queries, however many trials."""
    counts = counts_of([sweep])[sweep.pk]
    silent = waits_for(sweep, counts, is_busy=someone_works(now=now), now=now)
    seconds = None if silent else counts.seconds_left(sweep.trials, now=now)
    return Progress(
        pk=sweep.pk,
        trials=sweep.trials,
        done=counts.done,
        failed=counts.failed,
        cancelled=counts.cancelled,
        running=counts.running,
        has_ended=sweep.state in ENDED,
        state=_words(sweep, counts),
        left="" if seconds is None else _left(seconds),
        silent=silent,
    )


def _words(sweep: Sweep, counts: Counts) -> str:
    if sweep.state in ENDED:
        return str(State(sweep.state).label)
    if counts.total and not counts.queued and not counts.running:
        return "Judging the trials"
    return "Running" if counts.running or counts.done else "Waiting for a worker"


def _left(seconds: float) -> str:
    if seconds < 60:
        return "less than a minute"
    return f"about {span_text(timedelta(seconds=seconds))}"
