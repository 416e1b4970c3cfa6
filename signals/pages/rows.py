"""A signal as a line of the list, and of the file people export."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from delivery.looks import Look
from delivery.tallies import Tally, tallies
from markets.feeds.registry import is_demo
from risk.guards.registry import guard_title
from signals.models import Signal
from signals.pages.status import status_look
from signals.wording import position_of

BLOCKED = "Blocked"
HEAVY = ("evidence", "config_version__snapshot", "position__decided_by")


@dataclass(frozen=True)
class SignalRow:
    """What a reader sees of a signal at a glance."""

    pk: int
    closed_at: datetime
    symbol: str
    is_demo: bool
    action: str
    confidence: float | None
    price: str
    sl: str
    tp: str
    status: Look
    blocked_by: str  # titles of the guards
    late: bool
    pips: float | None
    r_multiple: float | None
    r_optimistic: float | None  # on a tie, had the target come first
    is_shadow_result: bool  # never traded: what would have been
    tally: Tally
    strategy: str
    version: str
    timeframe: str
    ends: int | None  # the signal a FLAT ends

    @property
    def said(self) -> tuple[tuple[str, int], ...]:
        """What came of its messages: what is there, and of three stages reached by all the last."""
        tally = self.tally
        reached = {"sent": tally.sent - tally.delivered, "delivered": tally.delivered - tally.read}
        return tuple((name, n) for name, n in tally.parts if n and reached.get(name, n))

    @property
    def signed_pips(self) -> str:
        return f"{self.pips:+.1f}"

    @property
    def signed_r(self) -> str:
        """R, on a tie its range."""
        best = "" if self.r_optimistic is None else f" to {self.r_optimistic:+.2f}"
        return f"{self.r_multiple:+.2f}{best}"

    @property
    def result_tone(self) -> str:
        """The colour of a result; its sign says the same."""
        return "tone-calm" if not self.pips else "tone-good" if self.pips > 0 else "tone-bad"


def signal_rows(ids: Sequence[int]) -> tuple[SignalRow, ...]:
    """The lines of these signals, in their order; two queries, none for none."""
    signals = signals_of(ids)
    tally_of = tallies(signal.message_key for signal in signals)
    return tuple(row_of(signal, tally_of[signal.message_key]) for signal in signals)


def signals_of(ids: Sequence[int]) -> list[Signal]:
    """These signals, in their order, with all a line needs and not what fills their rows."""
    lean = Signal.objects.for_reading().defer(*HEAVY)
    found = lean.in_bulk(ids) if ids else {}
    return [found[pk] for pk in ids if pk in found]


def row_of(signal: Signal, tally: Tally) -> SignalRow:
    position = position_of(signal)
    status, is_blocked = status_look(signal), signal.status == Signal.Status.BLOCKED
    return SignalRow(
        pk=signal.pk,
        closed_at=signal.bar_closed_at,
        symbol=signal.symbol.code,
        is_demo=is_demo(signal.feed),
        action=signal.action,
        confidence=signal.confidence,
        price=signal.price_text,
        sl=signal.level_text(signal.sl),
        tp=signal.level_text(signal.tp),
        status=replace(status, word=BLOCKED) if is_blocked else status,
        blocked_by=", ".join(map(guard_title, signal.blocked_by)),
        late=signal.late,
        pips=position.pips if position else None,
        r_multiple=position.r_multiple if position else None,
        r_optimistic=position.r_optimistic if position else None,
        is_shadow_result=bool(position and position.is_shadow),
        tally=tally,
        strategy=signal.strategy,
        version=signal.config_version.label,
        timeframe=signal.timeframe,
        ends=signal.ends_id,
    )
