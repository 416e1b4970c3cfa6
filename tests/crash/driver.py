"""The part of the engine in a storm: it queues messages through the real outbox.

python -m tests.crash.driver prepare|queue SEED SIZE SECONDS [START]
"""

import sys
import time
from datetime import timedelta

import django

django.setup()

from django.db import transaction  # noqa: E402  needs what setup() did
from django.utils import timezone  # noqa: E402

from delivery.models import Recipient  # noqa: E402
from delivery.outbox import queue_message  # noqa: E402
from tests.crash.plan import GROUPS, Plan, Said  # noqa: E402

LIFE = timedelta(seconds=300)  # MAX_SEND_DELAY_SECONDS as it is when nobody sets it


def prepare(plan: Plan) -> None:
    """The recipients; half of them wrote to the desk just now, so free text may reach them."""
    now = timezone.now()
    Recipient.objects.bulk_create(
        Recipient(
            name=f"Storm {n}",
            channel="whatsapp",
            address=number,
            wants={"group": [str(n % GROUPS)]},
            opted_in_at=now,
            opt_in_source="storm",
            last_inbound_at=now if n % 2 else None,
        )
        for n, number in enumerate(plan.numbers())
    )


def queue(plan: Plan, start: float) -> None:
    """Each message when its time has come; all over again does no harm."""
    for said in plan.said():
        time.sleep(max(0.0, start + said.at - time.time()))
        with transaction.atomic():
            queue_one(said)


def queue_one(said: Said) -> None:
    now = timezone.now()
    queue_message(
        key=said.key,
        kind="signal",
        title="EURUSD",
        text=said.text,
        fields={"symbol": "EURUSD"},
        tags={"group": str(said.group), "symbol": "STORM"},
        deliver_by=now + LIFE,
        now=now,
    )


if __name__ == "__main__":
    step, seed, size, seconds, *start = sys.argv[1:]
    storm = Plan(seed=int(seed), size=int(size), seconds=float(seconds))
    prepare(storm) if step == "prepare" else queue(storm, float(start[0]))
