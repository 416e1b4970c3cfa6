from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from delivery.hand_sends import HandSendRefused, send_test_message
from delivery.models import Delivery, Message, Recipient
from delivery.sending import send_now


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
        for delivery in _sent(message):
            self.stdout.write(f"{delivery.recipient}: {delivery.state} {delivery.reason}".rstrip())


def _named(name: str | None) -> Recipient | None:
    if not name:
        return None
    found = Recipient.objects.filter(name=name) | Recipient.objects.filter(address=name)
    recipient = found.first()
    if recipient is None:
        raise CommandError(f"No recipient is called {name!r}. Add one in Admin, or check --to.")
    return recipient


def _sent(message: Message) -> list[Delivery]:
    """Its deliveries after one try each, here and now: no worker needed."""
    for delivery_id in message.deliveries.values_list("pk", flat=True):
        send_now(delivery_id, clock=timezone.now)
    return list(message.deliveries.select_related("recipient"))
