"""Wake-ups: the rows are the queue, a lost task costs seconds and no message."""

from celery import shared_task
from django.utils import timezone

from delivery.recovery import recover
from delivery.sending import send_due, send_now


@shared_task(ignore_result=True)
def send_delivery(delivery_id: int) -> None:
    """Send one due delivery; run twice, only one run can claim the row."""
    send_now(delivery_id, clock=timezone.now)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Settle what died on the way, then send whatever nobody was woken for."""
    recover(now=timezone.now())
    send_due(clock=timezone.now)
