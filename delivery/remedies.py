"""What a refusal means beyond the delivery it answered, and how long to wait after it."""

from datetime import datetime, timedelta

from delivery import channel_states
from delivery.errors import DeliveryError, Refused, Remedy
from delivery.models import Delivery
from delivery.reachability import disable, hold, move_to_address, note_failure

LONGEST_WAIT = timedelta(minutes=5)


def act_on_refusal(delivery: Delivery, error: Refused, channel: str, *, now: datetime) -> None:
    """What a refusal means beyond the delivery it answered."""
    probe_after: timedelta | None = channel_states.PROBE_EVERY
    match error.remedy:
        case Remedy.RETRY:
            channel_states.note_error(channel, str(error), now=now)
        case Remedy.RETRY_RECIPIENT:
            hold(delivery.recipient, until=now + wait_after(delivery, error))
        case Remedy.SLOW_DOWN:
            channel_states.slow_down(channel, wait_after(delivery, error), now=now)
        case Remedy.PAUSE_CHANNEL | Remedy.STOP_CHANNEL:
            probe_after = None if error.remedy == Remedy.STOP_CHANNEL else probe_after
            channel_states.pause_channel(
                channel, code=error.code, reason=str(error), probe_after=probe_after, now=now
            )
        case Remedy.FAIL_RECIPIENT:
            note_failure(delivery.recipient, str(error), now=now)
        case Remedy.DISABLE_RECIPIENT:
            disable(delivery.recipient, str(error), now=now)
        case Remedy.MOVED:
            move_to_address(delivery.recipient, error.new_address, now=now)


def wait_after(delivery: Delivery, error: DeliveryError) -> timedelta:
    """As long as the provider asks for; else our own back-off."""
    asked = error.wait_seconds if isinstance(error, Refused) else None
    return backoff(delivery.attempts_made) if asked is None else timedelta(seconds=asked)


def backoff(attempts_made: int) -> timedelta:
    """Meta's formula: 4^X seconds, X = 0 after the first attempt; at most 5 minutes."""
    return min(timedelta(seconds=4 ** max(0, min(attempts_made, 6) - 1)), LONGEST_WAIT)
