"""What a message replies to, as its recipient has it."""

from datetime import datetime, timedelta

from delivery.audience import REACHED, REPEAT
from delivery.channels.base import Quoted
from delivery.models import Delivery

QUOTABLE = timedelta(days=29)  # WhatsApp knows the messages of the last 30
REPEATS = 20  # looked at, of one message


def quoted(delivery: Delivery, *, now: datetime) -> Quoted | None:
    """The first copy that reached this recipient of what `delivery` replies to.

    A repeat counts where the first one never came. None when nothing is known to have reached
    them there, or it was too long ago, or the provider refused it as a reply.
    """
    key = delivery.message.replies_to
    if not key or delivery.is_unquoted:
        return None
    keys = [key, *(f"{key}{REPEAT}{number}" for number in range(1, REPEATS + 1))]
    copies = Delivery.objects.filter(
        message__key__in=keys,
        recipient=delivery.recipient_id,
        state__in=REACHED,
        post__channel=delivery.recipient.channel,
        post__created_at__gt=now - QUOTABLE,
    ).exclude(post__provider_id="")
    first = copies.order_by("post__created_at", "pk").values_list(
        "post__provider_id", "message__title"
    )
    found = first.first()
    return Quoted(provider_id=found[0], title=found[1]) if found else None
