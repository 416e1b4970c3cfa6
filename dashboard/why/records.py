"""What is stored for one bar of one config, beside what is computed for it now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.why.reasons import Holding
from dashboard.why.verdict import Facts, Unequal, differences, facts_stored
from delivery.looks import Look
from risk.states import Closed
from risk.states import Position as Held
from risk.wording import HOW
from signals.models import Signal, Track
from signals.pages.status import status_look
from signals.wording import position_of

Stored = dict[datetime, Signal]  # by the bar that decided


@dataclass(frozen=True)
class Record:
    """What is stored for the bar, and how far it agrees with what is computed.

    `agrees` None: it cannot be computed again, so nobody can tell.
    """

    signal: int | None
    text: str
    look: Look | None
    late: bool
    agrees: bool | None
    unequal: tuple[Unequal, ...] = ()
    causes: tuple[str, ...] = ()  # of what is unequal


def stored_signals(track: Track, times: Iterable[datetime]) -> Stored:
    """The signals of the bars that opened at `times`, by that time; one query."""
    found = Signal.objects.filter(
        run=track.run_id, config=track.config_id, bar_time__in=list(times)
    )
    found = found.select_related("position")
    return {signal.bar_time: signal for signal in found}


def record(
    signal: Signal | None,
    computed: Facts | None,
    *,
    is_known: bool,
    also: tuple[Unequal, ...] = (),
) -> Record:
    """`signal` beside `computed`: neither is there where nothing was decided.

    `also` is what else on the bar is stored otherwise.
    """
    facts = facts_stored(signal) if signal else None
    unequal = (*differences(facts, computed), *also) if is_known else ()
    return Record(
        signal=signal.pk if signal else None,
        text=facts.text if facts else "Nothing is recorded for this bar.",
        look=status_look(signal) if signal else None,
        late=bool(signal and signal.late),
        agrees=not unequal if is_known else None,
        unequal=unequal,
    )


def held_then(held: Held, stored: Stored, *, length: timedelta, until: datetime) -> Holding:
    """A position of the fold with the signal it belongs to, as it stood at `until`."""
    signal = stored.get(held.bar_time)
    return Holding(
        action=held.side,
        since=held.bar_time + length,
        is_shadow=held.is_shadow,
        signal=signal.pk if signal else None,
        until=until,
    )


def ending(closed: Closed, stored: Stored, *, digits: int) -> tuple[str, Unequal | None]:
    """An end that falls on the bar, in words, and where the stored one differs."""
    signal = stored.get(closed.position.bar_time)
    text = _end_text(closed.reason, closed.price, closed.at, digits)
    said = f"The {closed.position.side} of {closed.position.bar_time:%H:%M} ended: {text}."
    row = position_of(signal) if signal else None
    if row is None or row.closed_at is None:
        return said, Unequal("Ending", "none", text)
    kept = _end_text(row.reason, row.exit_price, row.closed_at, digits)
    return said, None if kept == text else Unequal("Ending", kept, text)


def _end_text(reason: str, price: object, at: datetime, digits: int) -> str:
    filled = "" if price is None else f" at {price:.{digits}f}"
    return f"{HOW.get(reason, reason)}{filled}, {at:%H:%M} UTC"
