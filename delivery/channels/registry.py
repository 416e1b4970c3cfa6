"""The channels there are. A new one: its file, a line here, a row in docs/channels.md."""

from delivery.channels.base import Channel
from delivery.channels.email import Email
from delivery.channels.preview import Preview
from delivery.channels.telegram import Telegram
from delivery.channels.webhook import Webhook
from delivery.channels.whatsapp import WhatsApp

CHANNELS: dict[str, type[Channel]] = {
    cls.slug: cls for cls in (WhatsApp, Telegram, Webhook, Email, Preview)
}


def channel_choices() -> list[tuple[str, str]]:
    """(slug, label) of each channel, for forms and models."""
    return [(slug, cls.label) for slug, cls in CHANNELS.items()]


def demo_channels() -> list[str]:
    """Slugs of the channels that reach nobody."""
    return [slug for slug, cls in CHANNELS.items() if cls.is_demo]
