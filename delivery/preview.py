"""What the phone panel of the Overview shows."""

from django.db.models import QuerySet

from delivery.channels.registry import demo_channels
from delivery.models import Delivery
from delivery.outbox import REACHED


def preview_messages(limit: int = 5) -> QuerySet[Delivery]:
    """The newest deliveries to the demo phone, newest first, each with its `message`."""
    reached = Delivery.objects.filter(recipient__channel__in=demo_channels(), state__in=REACHED)
    return reached.select_related("message").order_by("-sent_at", "-pk")[:limit]
