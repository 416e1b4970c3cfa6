"""Who is reached, what is said, and what became of each copy."""

from delivery.models.deliveries import Attempt, Delivery, Post
from delivery.models.messages import Message
from delivery.models.pauses import Pause
from delivery.models.recipients import Recipient

__all__ = ["Attempt", "Delivery", "Message", "Pause", "Post", "Recipient"]
