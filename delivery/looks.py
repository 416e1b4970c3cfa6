"""How the state of a delivery reads on a page: a word, a shape and a colour."""

from dataclasses import dataclass

from delivery.models import Delivery

State = Delivery.State


@dataclass(frozen=True)
class Look:
    word: str
    tone: str
    icon: str


LOOKS = {
    State.PENDING: Look("waiting", "tone-calm", "clock"),
    State.CLAIMED: Look("waiting", "tone-calm", "clock"),
    State.SENDING: Look("being sent", "tone-calm", "send"),
    State.SENT: Look("sent", "tone-info", "check"),
    State.DELIVERED: Look("delivered", "tone-good", "check"),
    State.READ: Look("read", "tone-good", "check"),
    State.UNCERTAIN: Look("uncertain", "tone-warn", "alert"),
    State.EXPIRED: Look("expired", "tone-warn", "clock"),
    State.FAILED: Look("failed", "tone-bad", "close"),
    State.CANCELLED: Look("cancelled", "tone-calm", "close"),
}
UNDER_WAY = (State.PENDING, State.CLAIMED, State.SENDING)


def look(delivery: Delivery) -> Look:
    """How its present state looks."""
    return LOOKS[State(delivery.state)]
