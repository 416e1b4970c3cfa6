"""Messages: one for each record that was to be told, with its words, and none for the others."""

from collections.abc import Iterable, Iterator

from delivery.models import Message
from signals.messages import signal_text
from signals.models import Signal
from signals.parity.found import Found, What

NONE = "no message"


def differing_messages(signals: Iterable[Signal]) -> Iterator[Found]:
    """Live records whose message is missing, is one too many, or says something else."""
    kept = list(signals)
    keys = [signal.message_key for signal in kept]
    rows = Message.objects.filter(key__in=keys).exclude(kind=Message.Kind.MANUAL)
    texts = dict(rows.values_list("key", "text"))
    for signal in kept:
        was = texts.get(signal.message_key)
        now = signal_text(signal) if is_told(signal) else None
        if _first_line(was) != now:
            yield Found(
                at=signal.bar_time,
                what=What.MESSAGE,
                was=was or NONE,
                now=now or NONE,
                signal=signal,
            )


def is_told(signal: Signal) -> bool:
    """Whether a live record is for recipients: accepted, in time and not from a shadow config."""
    is_blocked = signal.status == Signal.Status.BLOCKED
    return not (is_blocked or signal.late or signal.is_shadow)


def _first_line(text: str | None) -> str | None:
    """What was decided; a receipt may stand below."""
    return text.split("\n")[0] if text else None
