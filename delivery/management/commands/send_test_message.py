import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from delivery.hand_sends import HandSendRefused, send_test_message
from delivery.models import Delivery, Message, Recipient
from delivery.sending import send_now
from delivery.wording import reason_text

UNDER_WAY = (Delivery.State.CLAIMED, Delivery.State.SENDING)
WORKER_SECONDS = 15.0  # how long to wait for what a worker took; one post takes at most 12


class Command(BaseCommand):
    help = "Send a test message to one recipient, or to all, and say what came of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", metavar="NAME", help="the recipient's name or address")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            message = send_test_message(_named(options["to"]), by="command line", now=now)
        except HandSendRefused as error:
            raise CommandError(str(error)) from None
        failed = 0
        for delivery in _sent(message):
            why = reason_text(delivery.reason)
            self.stdout.write(f"{delivery.recipient}: {delivery.state}{why and f', {why}'}")
            failed += delivery.state == Delivery.State.FAILED
        if failed:
            raise CommandError(f"{failed} of {message.deliveries.count()} not sent: see above.")


def _named(name: str | None) -> Recipient | None:
    if not name:
        return None
    found = Recipient.objects.filter(name=name) | Recipient.objects.filter(address=name)
    recipient = found.first()
    if recipient is None:
        raise CommandError(f"No recipient is called {name!r}. Add one in Admin, or check --to.")
    return recipient


def _sent(message: Message) -> list[Delivery]:
    """Its deliveries after one try each, here and now, unless a worker was quicker."""
    for delivery_id in message.deliveries.values_list("pk", flat=True):
        send_now(delivery_id, clock=timezone.now)
    stop_at = time.monotonic() + WORKER_SECONDS
    while message.deliveries.filter(state__in=UNDER_WAY).exists() and time.monotonic() < stop_at:
        time.sleep(0.1)
    return list(message.deliveries.select_related("recipient"))
