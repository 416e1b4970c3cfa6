"""How much may wait at once, so that nobody fills queue, memory or disk for everybody."""

from django.db import connection

from backtests.models import Backtest, Sweep
from backtests.models.states import ENDED
from backtests.periods import count_bars
from backtests.plan import Plan

QUEUEING_LOCK = 5_236_802  # any constant: with a name, the advisory lock of who queues
MOST_OPEN = 100  # single backtests of one person that wait or run
MOST_SWEEPS = 10  # sweeps of one person that wait or run
MOST_BARS = 20_000_000_000  # of all trials of a sweep together: hours of one worker
MOST_DAYS = 20_000_000  # the same in calendar days: a verdict holds a number for each


class QueueFull(Exception):
    """So much of this person's waits already; the text says what to do."""


def require_room(by: str) -> None:
    """Raises QueueFull when MOST_OPEN backtests of `by` wait or run; until commit it stays true."""
    _wait_for_turn(by)
    waiting = Backtest.objects.filter(sweep=None, created_by=by).exclude(state__in=ENDED)
    if waiting.count() >= MOST_OPEN:
        raise QueueFull(
            f"{MOST_OPEN} backtests of yours wait or run: let them end, or cancel some."
        )


def require_sweep_room(by: str) -> None:
    """Raises QueueFull when MOST_SWEEPS sweeps of `by` wait or run; until commit it stays true."""
    _wait_for_turn(by)
    if Sweep.objects.filter(created_by=by).exclude(state__in=ENDED).count() >= MOST_SWEEPS:
        raise QueueFull(f"{MOST_SWEEPS} sweeps of yours wait or run: let them end, or cancel some.")


def _wait_for_turn(by: str) -> None:
    """One of a person's requests after the other; SQLite's IMMEDIATE transaction is one already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [QUEUEING_LOCK, by])


def too_much(plan: Plan, trials: int) -> str:
    """Why so many trials of `plan` are too much for one sweep; empty when they are not."""
    span = {"start": plan.start, "end": plan.end}
    bars = trials * count_bars(plan.symbols, feed=plan.feed, timeframe=plan.timeframe, **span)
    if bars <= MOST_BARS and trials * (plan.end - plan.start).days <= MOST_DAYS:
        return ""
    return (
        f"{trials:,} trials over this period are more than one sweep may compute "
        f"({MOST_BARS:,} bars or {MOST_DAYS:,} days): try fewer values, symbols or months."
    )
