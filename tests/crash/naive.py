"""The comparison: a Celery task that retries by itself, and no outbox, as tutorials show it.

celery -A tests.crash.naive worker          sends
python -m tests.crash.naive SEED SIZE SECONDS START [GROUP...]     queues
"""

import os
import sys
import time

import requests
from celery import Celery
from kombu.exceptions import OperationalError

from tests.crash.plan import GROUPS, Plan

URL = os.environ.get("NAIVE_PROVIDER", "") + "/v25.0/1/messages"
IS_LATE = os.environ.get("NAIVE_ACKS") == "late"  # the two settings people recommend

app = Celery("naive", broker=os.environ.get("NAIVE_BROKER"))
app.conf.update(
    task_acks_late=IS_LATE,
    task_reject_on_worker_lost=IS_LATE,
    task_ignore_result=True,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
)


@app.task(
    name="naive.send",
    autoretry_for=(Exception,),
    retry_backoff=True,
    retry_backoff_max=60,
    max_retries=8,
)
def send(to: str, text: str) -> str:
    """The provider's id of the message; on any trouble, try again."""
    body = {"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": text}}
    answer = requests.post(URL, json=body | {"biz_opaque_callback_data": ""}, timeout=10)
    answer.raise_for_status()
    return str(answer.json()["messages"][0]["id"])


def queue(plan: Plan, start: float) -> int:
    """How many tasks could not be queued; each message is queued when its time has come."""
    numbers, failed = plan.numbers(), 0
    for said in plan.said():
        time.sleep(max(0.0, start + said.at - time.time()))
        for to in numbers[said.group :: GROUPS]:
            try:
                send.delay(to.removeprefix("+"), said.text)
            except OperationalError:
                failed += 1
    return failed


if __name__ == "__main__":
    seed, size, seconds, start = sys.argv[1:]
    storm = Plan(seed=int(seed), size=int(size), seconds=float(seconds))
    sys.stderr.write(f"{queue(storm, float(start))} tasks could not be queued\n")
