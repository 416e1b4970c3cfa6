"""How far a run is, and what it waits for."""

from datetime import datetime, timedelta

from backtests.models import Backtest, State
from backtests.runs import LEASE

SOON = timedelta(seconds=30)  # within which a worker usually takes a run up
QUIET = timedelta(seconds=10)  # a worker that lives says so every two seconds
TAKEOVER = LEASE + timedelta(seconds=20)  # the lease, and until the queue is looked at again
SILENT = (
    "Its worker does not answer; another takes over within "
    f"{TAKEOVER.total_seconds():.0f} s of its last word."
)
NOBODY = "Its worker does not answer and none took over: see that the process `backtests` runs."
NO_WORKER = "Waiting for a worker: see that the process `backtests` runs."


def seconds_left(run: Backtest, *, now: datetime) -> float | None:
    """Until the run is done, at the rate so far; None while nothing is known."""
    if run.state != State.RUNNING or run.started_at is None or run.beat_at is None:
        return None
    spent = (run.beat_at - run.started_at).total_seconds()
    if not run.bars_done or spent <= 0 or silence(run.beat_at, now=now):
        return None
    left = (run.bars_total - run.bars_done) * spent / run.bars_done
    return max(0.0, left - (now - run.beat_at).total_seconds())


def someone_works(*, now: datetime) -> bool:
    """Whether a worker is at any run."""
    return Backtest.objects.filter(state=State.RUNNING, beat_at__gte=now - SOON).exists()


def silence(beat_at: datetime | None, *, now: datetime) -> str:
    """What to say of a worker that no longer answers; empty while it does."""
    if beat_at is None or now - beat_at <= QUIET:
        return ""
    return SILENT if now - beat_at <= TAKEOVER else NOBODY


def waits_for(run: Backtest, *, is_busy: bool, now: datetime) -> str:
    """What keeps a run from going on; empty while it goes on. `is_busy`: someone works."""
    if run.state == State.RUNNING:
        return silence(run.beat_at, now=now)
    return in_queue(run.created_at, is_busy=is_busy, now=now) if run.state == State.QUEUED else ""


def in_queue(asked_at: datetime, *, is_busy: bool, now: datetime) -> str:
    """What is waited for by what nobody has begun with."""
    if is_busy:
        return "Waiting until others are done."
    return NO_WORKER if now - asked_at > SOON else "Waiting for a worker."
