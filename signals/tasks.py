"""The scheduler's door to the engine."""

from celery import shared_task
from django.utils import timezone

from signals.engine import tick
from signals.uptime import read_uptime


@shared_task(ignore_result=True)
def evaluate() -> None:
    """Look at the clock: evaluate every closed bar that is still waiting."""
    tick(now=timezone.now(), uptime=read_uptime())
