"""The demo phone: what a recipient would have on screen, until a real channel works."""

from dataclasses import dataclass
from datetime import datetime

from delivery.audience import REACHED, real_channel_works
from delivery.channels.registry import demo_channels
from delivery.models import Delivery, Message

SHOWN = 12  # messages


@dataclass(frozen=True)
class Bubble:
    text: str
    at: datetime | None
    kind: str
    quoted: str  # the text of the message it replies to; "" for one of its own


@dataclass(frozen=True)
class Phone:
    """The newest messages, newest first."""

    bubbles: tuple[Bubble, ...]


def phone() -> Phone | None:
    """None once a real channel has delivered a message: then nobody needs a stand-in."""
    if real_channel_works():
        return None
    rows = Delivery.objects.filter(recipient__channel__in=demo_channels(), state__in=REACHED)
    newest = rows.order_by("-id").values_list(
        "message__text", "sent_at", "message__kind", "message__replies_to"
    )[:SHOWN]
    keys = {key for *_, key in newest if key}
    texts = dict(Message.objects.filter(key__in=keys).values_list("key", "text")) if keys else {}
    return Phone(
        tuple(Bubble(text, at, kind, texts.get(key, "")) for text, at, kind, key in newest)
    )
