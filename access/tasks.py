from celery import shared_task
from django.core.management import call_command


@shared_task(ignore_result=True)
def forget_expired_tokens() -> None:
    """Delete refresh tokens that have expired, used or not; daily is enough."""
    call_command("flushexpiredtokens")
