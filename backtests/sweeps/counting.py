"""How many trials of a sweep have ended, and how long the rest takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Aggregate, Count, Max, Min, Q

from backtests.models import Backtest, State, Sweep
from backtests.models.states import ENDED
from backtests.progress import in_queue, silence

NAMES = {state: str(state.value) for state in State}


@dataclass(frozen=True, kw_only=True)
class Counts:
    """The trials of one sweep by what became of them."""

    queued: int = 0
    running: int = 0
    done: int = 0
    failed: int = 0
    cancelled: int = 0
    began_at: datetime | None = None  # the first of them
    beat_at: datetime | None = None  # the last word of a worker that is at one

    @property
    def ended(self) -> int:
        return self.done + self.failed + self.cancelled

    @property
    def total(self) -> int:
        return self.queued + self.running + self.ended

    def seconds_left(self, trials: int, *, now: datetime) -> float | None:
        """Until all `trials` have ended, by the pace so far; None while nothing is known."""
        remaining = trials - self.ended
        if self.began_at is None or not self.ended or not remaining:
            return None
        return (now - self.began_at).total_seconds() / self.ended * remaining


def counts_of(sweeps: Iterable[Sweep]) -> dict[int, Counts]:
    """By id of the sweep; one query, however many sweeps and trials."""
    ids = [sweep.pk for sweep in sweeps]
    columns: dict[str, Aggregate] = {
        **{name: Count("pk", filter=Q(state=state)) for state, name in NAMES.items()},
        "began_at": Min("started_at"),
        "beat_at": Max("beat_at", filter=Q(state=State.RUNNING)),
    }
    trials = Backtest.objects.filter(sweep__in=ids).order_by().values("sweep").annotate(**columns)
    rows = trials.values_list("sweep", *columns)
    found = {pk: dict(zip(columns, told, strict=True)) for pk, *told in rows}
    return {pk: Counts(**found.get(pk, {})) for pk in ids}


def waits_for(sweep: Sweep, counts: Counts, *, is_busy: bool, now: datetime) -> str:
    """What keeps a sweep from going on; empty while it goes on. `is_busy`: someone works."""
    if sweep.state in ENDED:
        return ""
    if counts.running or not counts.queued:
        return silence(counts.beat_at, now=now)
    return in_queue(sweep.created_at, is_busy=is_busy, now=now)
