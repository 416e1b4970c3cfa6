"""Messages: one for each record that was to be told, with its words, and none for the others."""

from collections.abc import Iterable, Iterator

from delivery.models import Message
from signals.messages import signal_text
from signals.models import Signal
from signals.parity.found import Found, What
from signals.result_messages import result_key, result_line
from signals.wording import position_of

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


def differing_results(signals: Iterable[Signal]) -> Iterator[Found]:
    """Messages about an end that say something else than the end does, or are about none.

    Of those that are missing, `untold` tells the ones that were surely due.
    """
    kept = {result_key(signal): signal for signal in signals}
    rows = Message.objects.filter(key__in=kept, kind=Message.Kind.RESULT)
    for key, was in rows.values_list("key", "text"):
        signal = kept[key]
        now = result_due(signal)
        if was != now:
            yield Found(
                at=signal.bar_time,
                what=What.MESSAGE,
                was=was,
                now=now or "no result to tell",
                signal=signal,
            )


def result_due(signal: Signal) -> str | None:
    """How a live record ended, as recipients are told; None where nobody may be told."""
    row = position_of(signal)
    if row is None or row.closed_at is None or row.is_shadow or signal.is_shadow:
        return None
    return result_line(row)
