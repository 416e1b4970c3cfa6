"""Wake-ups of what joins the apps."""

from celery import shared_task
from django.utils import timezone

from dashboard import answers


@shared_task(ignore_result=True)
def answer_commands() -> None:
    """Answer what people asked the desk since the last time."""
    answers.answer_commands(now=timezone.now())
