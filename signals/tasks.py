"""The scheduler's doors to the engine and to its looks back."""

from celery import shared_task
from django.utils import timezone

from signals.engine import tick
from signals.parity import check_due
from signals.prices_seen import note_prices_seen
from signals.uptime import read_uptime


@shared_task(ignore_result=True)
def evaluate() -> None:
    """Look at the clock: evaluate every closed bar that is still waiting."""
    tick(now=timezone.now(), uptime=read_uptime())


@shared_task(ignore_result=True)
def look_back() -> None:
    """Compute yesterday again, and the days before it that nobody looked back at."""
    check_due(now=timezone.now())


@shared_task(ignore_result=True)
def note_prices() -> None:
    """Note the price at which each copy of a signal was heard of, once its bar is stored."""
    note_prices_seen(now=timezone.now())
