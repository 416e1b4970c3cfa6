"""Queue signals for everybody through the real outbox, and say how long that took.

python -m tests.bench.queue RUN PEOPLE SIGNALS open|closed
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

LIFE = timedelta(minutes=15)  # long enough for 10,000 posts at 80 a second


def make_people(number: int, *, is_open: bool) -> None:
    """`number` recipients, who wrote to the desk within 24 hours or did not."""
    now = timezone.now()
    last = now if is_open else None
    Recipient.objects.bulk_create(
        [
            Recipient(name=f"Bench {n}", channel="whatsapp", address=f"+44792{n:07d}")
            for n in range(number)
        ],
        ignore_conflicts=True,
    )
    Recipient.objects.filter(channel="whatsapp").update(last_inbound_at=last, opted_in_at=now)


def queue(run: str, signals: int) -> float:
    """Seconds until all of it was committed; one transaction per signal, as the engine has it."""
    started = time.monotonic()
    for number in range(signals):
        now = timezone.now()
        price = 1.08 + number * 0.00001
        with transaction.atomic():
            queue_message(
                key=f"bench:{run}:{number}",
                kind="signal",
                title="EURUSD",
                text=f"EURUSD BUY @ {price:.5f} | SL 1.07800 | TP - | conf 0.72 | {run}",
                fields={"symbol": "EURUSD"},
                tags={"symbol": "EURUSD"},
                deliver_by=now + LIFE,
                now=now,
            )
    return time.monotonic() - started


if __name__ == "__main__":
    name, people, count, window = sys.argv[1:]
    make_people(int(people), is_open=window == "open")
    print(queue(name, int(count)))
