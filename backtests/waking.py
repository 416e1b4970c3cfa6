"""Tell a worker that runs wait; the sweeper finds them if nobody hears it."""

from delivery.waking import wake

WORK = "backtests.tasks.work"
CLOSE = "backtests.tasks.close_sweeps"


def wake_worker() -> None:
    """One worker of the queue `backtests` looks at the table; it wakes others while rows wait."""
    wake(WORK)


def wake_closer() -> None:
    """One worker gives the sweeps whose trials have ended their verdict."""
    wake(CLOSE)
