"""Wake-ups of the queue `backtests`: the rows are the queue, a lost task costs seconds.

What computes is imported by the task, so that no other process of the desk loads it.
"""

import os
import socket

from celery import shared_task
from django.utils import timezone

from backtests.runs import ended_sweeps, give_up, waiting
from backtests.waking import wake_closer, wake_worker

HOUR = 3600  # seconds


@shared_task(ignore_result=True, acks_late=False, soft_time_limit=HOUR, time_limit=HOUR + 60)
def work() -> None:
    """Do waiting runs for one turn; what is left then is the next turn's."""
    from backtests.working import work_turn

    worker = f"{socket.gethostname()[:8]}-{os.getpid()}"
    if work_turn(worker=worker, clock=timezone.now, on_more=wake_worker):
        wake_worker()
    if ended_sweeps().exists():
        wake_closer()


@shared_task(ignore_result=True, acks_late=False, soft_time_limit=HOUR, time_limit=HOUR + 60)
def close_sweeps() -> None:
    """Give each sweep whose trials have ended its verdict."""
    from backtests.working import close_ended

    close_ended(clock=timezone.now)


@shared_task(ignore_result=True)
def sweep_up() -> None:
    """Wake a worker while runs wait, whoever died over them."""
    now = timezone.now()
    give_up(now=now)
    if waiting(now=now).exists():
        wake_worker()
    if ended_sweeps().exists():
        wake_closer()
