"""Signals of a config as its pages list them: what, when, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from signals.models import Signal, SignalQuerySet
from signals.pages.status import status_look
from signals.wording import position_of, r_text


@dataclass(frozen=True)
class Decided:
    """One recorded decision."""

    pk: int
    action: str
    price: str
    at: datetime
    confidence: float | None
    version: str
    status: str  # in words
    tone: str
    icon: str
    is_shadow: bool
    pips: str  # "+12.3 pips"; empty while it has no result
    r_multiple: str


def for_list() -> SignalQuerySet:
    """Signals with what a list shows of them, without what only their own page shows."""
    rows = Signal.objects.select_related("config_version", "position")
    return rows.defer("evidence", "config_version__snapshot")


def decided(signal: Signal) -> Decided:
    """`signal` read by `for_list`, with its result once it has one."""
    status, position = status_look(signal), position_of(signal)
    is_real = position is not None and not position.is_shadow
    pips = position.pips if position and is_real else None
    return Decided(
        pk=signal.pk,
        action=signal.action,
        price=signal.price_text,
        at=signal.bar_closed_at,
        confidence=signal.confidence,
        version=signal.config_version.label,
        status=status.word,
        tone=status.tone,
        icon=status.icon,
        is_shadow=signal.is_shadow,
        pips="" if pips is None else f"{pips:+.1f} pips",
        r_multiple=r_text(position) if position and is_real else "",
    )
