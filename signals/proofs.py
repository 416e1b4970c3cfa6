"""What the receipt of a signal proves: that it was said before its outcome, or not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.models import Event
from audit.proof import Proof, proof_of
from audit.receipts import receipt_of, tidied
from audit.sealing import canonical
from markets.feeds.registry import is_demo
from markets.frames import Timeframe
from signals.messages import signal_text
from signals.models import Signal

GENERATED, CLOSED = "signal.generated", "signal.closed"


@dataclass(frozen=True, kw_only=True)
class Proven:
    """What the record says of the signal with one code."""

    code: str
    text: str  # of the event: what was said
    said: Proof
    ended: Proof | None
    is_demo: bool
    verdict: str
    tone: str  # good, warn or bad

    @property
    def canonical(self) -> str:
        """What anybody can hash to come to the same code."""
        return canonical(self.said.event).decode()


def proven(typed: str) -> Proven | None:
    """What is known of the signal with this code; None when there is none."""
    code = tidied(typed)
    if not code:
        return None
    found = Signal.objects.filter(receipt=code).exclude(receipt="")  # as its index has it
    signal = found.select_related("symbol").first()
    if signal is None or not signal.is_public:
        return None
    said = _newest(signal, GENERATED)
    if said is None:
        return None
    ended = _newest(signal, CLOSED)
    is_same = receipt_of(said.event) == code and said.event.text == signal_text(signal)
    tone, verdict = _judged(signal, said, ended, is_same=is_same)
    return Proven(
        code=code,
        text=said.event.text,
        said=said,
        ended=ended,
        is_demo=is_demo(signal.feed),
        verdict=verdict,
        tone=tone,
    )


def _newest(signal: Signal, kind: str) -> Proof | None:
    event = Event.objects.filter(subject=f"signal:{signal.pk}", kind=kind).order_by("pk").first()
    return proof_of(event) if event else None


def _judged(signal: Signal, said: Proof, ended: Proof | None, *, is_same: bool) -> tuple[str, str]:
    """The tone and the verdict in words."""
    if not (is_same and said.is_intact and (ended is None or ended.is_intact)):
        return "bad", "The record of this signal was changed after it was made: do not trust it."
    if said.seal is None:
        return "warn", "Recorded, but not sealed yet. That takes seconds: look again in a minute."
    sealed_at = said.seal.sealed_at
    lead = f"Recorded and sealed {_span(sealed_at - signal.bar_closed_at)} after its bar closed"
    if signal.action == Signal.Action.FLAT:
        return "good", f"{lead}. A FLAT ends a signal and has no outcome of its own."
    if ended is None:
        return "good", f"{lead}. It has not ended yet."
    return _against_outcome(lead, sealed_at, ended.event, signal)


def _against_outcome(
    lead: str, sealed_at: datetime, ended: Event, signal: Signal
) -> tuple[str, str]:
    over_at = datetime.fromisoformat(ended.payload["signal"]["outcome"]["closed_at"])
    began = over_at - Timeframe(signal.timeframe).delta  # of the bar that ended it
    if sealed_at <= began:
        return "good", f"{lead}, {_span(over_at - sealed_at)} before its outcome."
    if sealed_at <= over_at:
        return "warn", f"{lead}, within the very bar that ended it: either may have come first."
    return "warn", f"{lead}, when its outcome was known already: it proves no foresight."


def _span(span: timedelta) -> str:
    """`3 s`, `12 min`, `1 h 12 min`, `2 d 3 h`."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 100:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, days = minutes // 60, minutes // 1440
    return f"{days} d {hours % 24} h" if days else f"{hours} h {minutes % 60} min"
