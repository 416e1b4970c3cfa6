"""Deleting backtests and sweeps with all they found; the log keeps that they were there."""

from datetime import datetime

from django.db import transaction

from audit.log import log_event
from backtests.models import Backtest, Sweep


class Refused(Exception):
    """It cannot be deleted; the text says why."""


@transaction.atomic
def delete_backtest(run: Backtest, *, by: str, now: datetime) -> None:
    """Delete `run` and its result; a worker that has it stops at its next beat.

    Raises Refused for a trial: its sweep counts it, or its verdict would be of fewer.
    """
    if run.sweep_id is not None:
        raise Refused(f"It is a trial of sweep {run.sweep_id}, which counts it: delete the sweep.")
    plan, text = run.plan, str(run)
    Backtest.objects.filter(pk=run.pk).delete()
    log_event(
        "backtest.deleted",
        at=now,
        actor=by,
        subject=f"backtest:{run.pk}",
        text=f"{text} deleted",
        payload={"plan": plan},
    )


@transaction.atomic
def delete_sweep(sweep: Sweep, *, by: str, now: datetime) -> None:
    """Delete `sweep` with its trials and what they found."""
    text, trials = str(sweep), sweep.trials
    Sweep.objects.filter(pk=sweep.pk).delete()
    log_event(
        "sweep.deleted",
        at=now,
        actor=by,
        subject=f"sweep:{sweep.pk}",
        text=f"{text} deleted with its {trials} trials",
        payload={"plan": sweep.plan, "space": sweep.space},
    )
