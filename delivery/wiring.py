"""Channels with the desk's settings put in."""

from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings

from delivery.channels.base import Channel, Doors, Envelope, Outgoing, Receipt
from delivery.channels.registry import channel_called
from delivery.errors import Refused


@dataclass(frozen=True, kw_only=True)
class Unconfigured(Channel):
    """Stands in for a channel the desk has no settings for: each post is refused, saying why."""

    slug: ClassVar[str] = "unconfigured"
    label: ClassVar[str] = "Not configured"
    address_help: ClassVar[str] = ""

    refusal: Refused

    def compose(self, outgoing: Outgoing) -> Envelope:
        return Envelope(body=b"")

    def post(self, envelope: Envelope, doors: Doors) -> Receipt:
        raise self.refusal


def build_channel(slug: str) -> Channel:
    """The channel called `slug`, ready to post."""
    channel_class = channel_called(slug)
    own_settings = {name: getattr(settings, name) for name in channel_class.settings}
    try:
        return channel_class.configured(own_settings)
    except Refused as refusal:
        return Unconfigured(refusal=refusal)
