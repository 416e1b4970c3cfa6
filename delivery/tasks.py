"""Wake-ups: the rows are the queue, a lost task costs seconds and no message."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from delivery.callbacks.store import act_on_waiting
from delivery.models import Delivery
from delivery.recovery import recover
from delivery.sending import send_due
from delivery.waking import READ_CALLBACKS, wake


@shared_task(ignore_result=True)
def deliver() -> None:
    """Send what is due for one turn; what is left then is the next turn's."""
    has_made = send_due(clock=timezone.now, is_patient=True)
    if has_made and Delivery.objects.due(timezone.now()).exists():
        wake()


@shared_task(ignore_result=True)
def read_callbacks() -> None:
    """Act on what providers reported for one turn; what is left then is the next turn's."""
    if act_on_waiting(now=timezone.now()):
        wake(READ_CALLBACKS)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Read what came in, settle what died on the way, send whatever nobody was woken for."""
    act_on_waiting(now=timezone.now())
    recover(now=timezone.now(), marks_folder=settings.OUTGOING_DIR)
    deliver()
