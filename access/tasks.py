from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from access.kept_answers import forget_answers


@shared_task(ignore_result=True)
def forget_expired_tokens() -> None:
    """Delete refresh tokens that have expired, used or not; daily is enough."""
    call_command("flushexpiredtokens")


@shared_task(ignore_result=True)
def forget_kept_answers() -> None:
    """Delete the answers kept for repeats of requests of yesterday; daily is enough."""
    forget_answers(now=timezone.now())
