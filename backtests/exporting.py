"""Who took a backtest along, as a line in the log."""

from datetime import datetime

from audit.log import log_event
from backtests.models import Backtest


def note_export(run: Backtest, kind: str, *, by: str, now: datetime) -> None:
    """Log that `by` has `run` as a file; `kind` in words: "CSV", "a report"."""
    log_event(
        "backtest.exported",
        at=now,
        actor=by,
        subject=f"backtest:{run.pk}",
        text=f"{run} was exported as {kind}.",
    )
