"""A worker's turn: claim runs, do them, store what came out, until none waits."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import Error as DatabaseGone

from backtests.found import Found
from backtests.models import Backtest
from backtests.pulse import Pulse, Stopped
from backtests.running import Gone, Reader, test
from backtests.runs import claim, ended_sweeps, fail, finish_all, waiting
from backtests.sweeps.closing import close_if_done, fail_sweep

TURN = timedelta(seconds=60)  # then the task ends, and another one goes on
MOST = 32  # runs in one claim
BATCH_SECONDS = 1.0  # about how long the runs of one claim take: few writes, even shares

Clock = Callable[[], datetime]
log = structlog.get_logger(__name__)


def work_turn(*, worker: str, clock: Clock, on_more: Callable[[], None] = lambda: None) -> bool:
    """Do waiting runs for one turn; True when some are left.

    `on_more` is called when others could share them.
    """
    ends, limit, reader = clock() + TURN, 1, Reader()
    while runs := claim(limit, worker=worker, now=clock()):
        began = clock()
        if limit == 1 and waiting(now=began).exists():
            on_more()
        work_on(runs, reader=reader, clock=clock)
        seconds = max((clock() - began).total_seconds(), 0.01)
        limit = min(MOST, max(1, int(len(runs) * BATCH_SECONDS / seconds)))
        if clock() >= ends:
            return waiting(now=clock()).exists()
    return False


def work_on(runs: Sequence[Backtest], *, reader: Reader, clock: Clock) -> None:
    """Do the runs of one claim; one that cannot be done fails and says why."""
    done: list[tuple[Backtest, Found]] = []
    with Pulse(runs, clock=clock) as pulse:
        for run in runs:
            found = _done(run, pulse, reader, clock)
            if found is not None:
                done.append((run, found))
        finish_all(done, now=clock())


def _done(run: Backtest, pulse: Pulse, reader: Reader, clock: Clock) -> Found | None:
    """What the run found; None when it was cancelled, taken over, or cannot be done."""
    try:
        with pulse.working_on(run):
            return test(run.asked(), on_bars=pulse.note, reader=reader)
    except Stopped:
        return None
    except DatabaseGone:
        raise  # no fault of the run: it is taken up again
    except Exception as error:
        log.exception("backtest.failed", backtest=run.pk)
        fail(run, why(error), now=clock())
        return None


def close_ended(*, clock: Clock) -> None:
    """Give each sweep whose trials have ended its verdict; one that cannot be judged says why."""
    for sweep_id in list(ended_sweeps().values_list("pk", flat=True)):
        try:
            close_if_done(sweep_id, now=clock())
        except DatabaseGone:
            raise  # no fault of the sweep: it is taken up again
        except Exception as error:
            log.exception("sweep.failed", sweep=sweep_id)
            fail_sweep(sweep_id, why(error), now=clock())


def why(error: Exception) -> str:
    """What stopped a run or a verdict, and what to do."""
    if isinstance(error, SoftTimeLimitExceeded):
        return "It ran for an hour and was stopped: test fewer symbols or a shorter period."
    if isinstance(error, MemoryError):
        return "There was not enough memory: test fewer symbols or a shorter period."
    if isinstance(error, Gone):
        return str(error)
    return f"{type(error).__name__}: {error}. The worker's log says where; then run it again."
