"""The channels there are. A new one: its file, a line here, a row in docs/channels.md."""

from dataclasses import dataclass
from typing import ClassVar

from delivery.channels.base import Channel, Doors, Envelope, Outgoing, Receipt
from delivery.channels.email import Email
from delivery.channels.preview import Preview
from delivery.channels.telegram import Telegram
from delivery.channels.webhook import Webhook
from delivery.channels.whatsapp import WhatsApp
from delivery.errors import Refused

CHANNELS: dict[str, type[Channel]] = {
    cls.slug: cls for cls in (WhatsApp, Telegram, Webhook, Email, Preview)
}


@dataclass(frozen=True, kw_only=True)
class Retired(Channel):
    """Stands for a channel that rows still name and the desk has no more: what is due fails."""

    slug: ClassVar[str] = "retired"
    label: ClassVar[str] = "A channel that is gone"
    address_help: ClassVar[str] = ""

    def compose(self, outgoing: Outgoing) -> Envelope:
        return Envelope(body=b"")

    def post(self, envelope: Envelope, doors: Doors) -> Receipt:
        raise Refused("no_channel", "the desk has this channel no more")


def channel_called(slug: str) -> type[Channel]:
    """The channel that a stored row names."""
    return CHANNELS.get(slug, Retired)


def channel_choices() -> list[tuple[str, str]]:
    """(slug, label) of each channel, for forms and models."""
    return [(slug, cls.label) for slug, cls in CHANNELS.items()]


def demo_channels() -> list[str]:
    """Slugs of the channels that reach nobody."""
    return [slug for slug, cls in CHANNELS.items() if cls.is_demo]
