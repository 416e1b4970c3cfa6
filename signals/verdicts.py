"""What each guard said about a signal, with what it read: measured again from the evidence."""

from dataclasses import dataclass
from typing import cast

from markets.feeds.registry import FEEDS
from markets.models import calendar_of
from risk.guards.base import Book, Candidate, Guard
from risk.guards.registry import guard_title
from risk.states import Side
from signals.models import Signal

NOT_KEPT = "not kept"


@dataclass(frozen=True)
class Verdict:
    """One guard's answer; `refusal` is "" where it let the signal through."""

    guard: str
    limit: str
    reading: str
    refusal: str


def verdicts(signal: Signal) -> tuple[Verdict, ...]:
    """The guards that were asked about `signal`, in their order, refusals as stored.

    A FLAT is judged by the kill switch alone. Only refusals if today's code refuses the settings.
    """
    is_flat = signal.action == Signal.Action.FLAT
    guards = [each for each in _guards(signal) if each.judges_exits or not is_flat]
    refused = {refusal["guard"]: refusal["reason"] for refusal in signal.refusals}
    book = Book(**signal.evidence.get("book", {"loss_unit": signal.risk_version.loss_unit}))
    candidate = candidate_of(signal)
    is_kept = "book" in signal.evidence and (is_flat or candidate is not None)
    found = [
        Verdict(
            guard.title,
            guard.limit_text(book),
            guard.measure(candidate, book).text if is_kept else NOT_KEPT,
            refused.pop(guard.slug, ""),
        )
        for guard in guards
    ]
    gone = [Verdict(guard_title(slug), "", NOT_KEPT, reason) for slug, reason in refused.items()]
    return (*found, *gone)


def candidate_of(signal: Signal) -> Candidate | None:
    """What the guards were asked about an entry; None for a FLAT and where it was not kept."""
    measured = signal.evidence.get("guards")
    if measured is None or signal.sl is None or signal.feed not in FEEDS:
        return None
    pip = float(signal.pip_size)
    return Candidate(
        symbol=signal.symbol.code,
        action=cast(Side, signal.action),
        at=signal.bar_closed_at,
        price=float(signal.price),
        sl=float(signal.sl),
        spread=measured["spread_pips"] * pip,
        pip=pip,
        atr_pct=measured["atr_pct"],
        is_market_open=calendar_of(signal.feed).is_open(signal.bar_closed_at),
        hole_minutes=measured["hole_minutes"],
        minutes_since_hole=measured["minutes_since_hole"],
    )


def _guards(signal: Signal) -> list[Guard]:
    try:
        return signal.risk_version.build()
    except ValueError:
        return []
