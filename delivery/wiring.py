"""Channels with the desk's settings and the HTTP door put in."""

from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings

from delivery.channels.base import Channel, Outgoing, Receipt
from delivery.channels.registry import CHANNELS
from delivery.errors import Refused
from delivery.http import post_json


@dataclass(frozen=True, kw_only=True)
class Unconfigured(Channel):
    """Stands in for a channel the desk has no settings for: each post is refused, saying why."""

    slug: ClassVar[str] = "unconfigured"
    label: ClassVar[str] = "Not configured"

    refusal: Refused

    def compose(self, outgoing: Outgoing) -> bytes:
        return b""

    def post(self, body: bytes) -> Receipt:
        raise self.refusal


def build_channel(slug: str) -> Channel:
    """The channel called `slug`, ready to post."""
    channel_class = CHANNELS[slug]
    own_settings = {name: getattr(settings, name) for name in channel_class.settings}
    try:
        return channel_class.configured(own_settings, post_json)
    except Refused as refusal:
        return Unconfigured(refusal=refusal)
