"""How a signal stands, as a word, a shape and a colour."""

from delivery.looks import Look
from risk.guards.registry import guard_title
from signals.models import Position, Signal
from signals.wording import position_of

ENDINGS = {
    Signal.Ending.TP: Look("TP hit", "tone-good", "check"),
    Signal.Ending.SL: Look("SL hit", "tone-bad", "close"),
    Signal.Ending.EXPIRED: Look("Expired", "tone-calm", "clock"),
    Signal.Ending.RULE: Look("Closed by rule", "tone-calm", "flat"),
    Signal.Ending.UNKNOWN: Look("Not known", "tone-warn", "alert"),
}
RUNNING = {
    Position.State.PENDING: Look("Waiting for the next open", "tone-info", "clock"),
    Position.State.OPEN: Look("Open", "tone-info", "dot"),
    Position.State.LEAVING: Look("Closing at the next open", "tone-info", "clock"),
}
OPEN = RUNNING[Position.State.OPEN]
EXIT = Look("Exit", "tone-calm", "flat")
CLOSED = Look("Closed", "tone-calm", "flat")


def status_look(signal: Signal) -> Look:
    """Its status and, once it ended, how."""
    position = position_of(signal)
    if signal.status == Signal.Status.BLOCKED:
        titles = ", ".join(guard_title(slug) for slug in signal.blocked_by)
        return Look(f"Blocked by {titles}" if titles else "Blocked", "tone-warn", "alert")
    if signal.action == Signal.Action.FLAT:
        return EXIT
    if signal.status == Signal.Status.OPEN:
        return RUNNING.get(Position.State(position.state), OPEN) if position else OPEN
    if position and position.reason == "trailing_stop":
        is_won = (position.pips or 0) > 0
        return Look("Trailing stop", "tone-good" if is_won else "tone-bad", "flat")
    return ENDINGS[Signal.Ending(signal.ending)] if signal.ending else CLOSED
