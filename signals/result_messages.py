"""How a signal ended, told to those who were sent it and asked: one line, in reply to the first."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from delivery.models import Message, Recipient
from delivery.outbox import Draft
from signals.contract import Json
from signals.messages import signal_tags
from signals.models import Position, Signal

RESULT_LIFE = timedelta(hours=24)  # worth reading so long: longer than anybody's quiet hours
ENDED = {
    "tp": "TP hit",
    "sl": "SL hit",
    "trailing_stop": "trailing stop hit",
    "expired": "expired",
    "flat": "closed by its rule",
    "opposite": "closed by the opposite signal",
}


def result_draft(
    row: Position, *, fields: Json, now: datetime, sent: Iterable[Recipient]
) -> Draft | None:
    """The message about how `row` ended, to those of `sent` who asked for results.

    None when there is nobody to tell. `sent`: who was sent the entry; `fields`: its JSON.
    """
    signal = row.signal
    asked = [recipient for recipient in sent if recipient.is_reachable and recipient.gets_results]
    if not asked:
        return None
    return Draft(
        key=result_key(signal),
        kind=Message.Kind.RESULT,
        title=f"{signal.symbol.code} {signal.action} result",
        text=result_line(row),
        fields=fields,
        tags=signal_tags(signal),
        deliver_by=now + RESULT_LIFE,
        now=now,
        recipients=asked,
        replies_to=signal.message_key,
    )


def result_key(signal: Signal) -> str:
    """The key of the message about its end."""
    return f"result:{signal.pk}"


def result_line(row: Position) -> str:
    """One line, as recipients see it; a result that is not known says why."""
    signal = row.signal
    parts = [_entry(row), *_outcome(row)]
    if row.entry_at and row.closed_at:
        parts.append(span_text(row.closed_at - row.entry_at))
    return " | ".join([*parts, signal.strategy])


def span_text(span: timedelta) -> str:
    """`2 d 3 h`, `1 h 12 min`, `45 min`: whole units, the two largest."""
    minutes = int(span.total_seconds()) // 60
    hours, days = minutes // 60, minutes // 1440
    if days:
        return f"{days} d {hours % 24} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


def _entry(row: Position) -> str:
    """The signal as it was sent, and the price it was filled at where that is another."""
    signal = row.signal
    told = f"{signal.symbol.code} {signal.action} @ {signal.price_text}"
    filled = row.entry_price
    if filled is None or signal.level_text(filled) == signal.price_text:
        return told
    return f"{told}, filled {signal.level_text(filled)}"


def _outcome(row: Position) -> list[str]:
    if row.pips is None or row.r_multiple is None or row.exit_price is None:
        return ["result unknown: bars are missing"]
    at = f"{ENDED[row.reason]} @ {row.signal.level_text(row.exit_price)}"
    if row.is_gap:
        at += ", beyond the level at the open"
    gained = f"{row.r_multiple:+.2f} R"
    if row.r_optimistic is not None:
        gained += f" ({row.r_optimistic:+.2f} R had TP come first in that minute)"
    return [at, f"{row.pips:+.1f} pips", gained]
