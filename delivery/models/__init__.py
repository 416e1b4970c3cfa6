"""Who is reached, what is said, what became of each copy, and what providers said back."""

from delivery.models.alarms import Alarm
from delivery.models.callbacks import Callback, Consent, Inbound, ProviderStatus
from delivery.models.channels import ChannelState
from delivery.models.deliveries import Attempt, Delivery, Post
from delivery.models.messages import Message
from delivery.models.pauses import Pause
from delivery.models.recipients import Recipient

__all__ = [
    "Alarm",
    "Attempt",
    "Callback",
    "ChannelState",
    "Consent",
    "Delivery",
    "Inbound",
    "Message",
    "Pause",
    "Post",
    "ProviderStatus",
    "Recipient",
]
