"""Telling what was recorded live: to the log, and to those who are to hear of it.

What a transaction recorded is told together, in its order, with as many statements as for one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.log import Entry, log_events
from delivery.audience import recipients_sent_each, wanting
from delivery.models import Recipient
from delivery.outbox import Draft, queue_messages, withdraw_held
from risk.wording import HOW
from signals.messages import signal_draft, signal_tags, signal_text, told
from signals.models import Position, Signal
from signals.receipts import issue_receipts
from signals.result_messages import result_draft
from signals.wording import result_text

Audience = Callable[[], Sequence[Recipient]]
Letter = Callable[[Sequence[Recipient]], Draft | None]  # of those who were sent what is over


@dataclass(frozen=True, kw_only=True)
class News:
    """One thing to tell."""

    entry: Entry  # of the log
    signal: Signal | None = None  # whose record it tells of; None for an end
    has_receipt: bool = False
    over: Signal | None = None  # whose idea is over: who waits for its message gets none
    letter: Letter | None = None  # written once the receipt is known


def announce(news: Sequence[News]) -> None:
    """Log it all, then queue the messages."""
    events = log_events(each.entry for each in news)
    issue_receipts(
        {
            event.pk: each.signal
            for event, each in zip(events, news, strict=True)
            if each.signal and each.has_receipt
        }
    )
    for part in _parts(news):
        _post(part)


def _parts(news: Iterable[News]) -> Iterator[list[News]]:
    """`news` cut before what ends a signal that is told in the part before."""
    part: list[News] = []
    told: set[int] = set()
    for each in news:
        if each.over and each.over.pk in told:
            yield part
            part, told = [], set()
        part.append(each)
        if each.signal:
            told.add(each.signal.pk)
    yield part


def _post(news: Sequence[News]) -> None:
    """Withdraw what is over, first: who never got the entry is told neither FLAT nor result."""
    over = {each.over.message_key for each in news if each.over}
    if over:
        withdraw_held(over, "over")
    sent = recipients_sent_each(over)
    letters = [
        each.letter(sent[each.over.message_key] if each.over else ())
        for each in news
        if each.letter
    ]
    if drafts := [draft for draft in letters if draft]:
        queue_messages(drafts)


def news_of_signal(signal: Signal, *, deliver_by: datetime, audience: Audience) -> News:
    """A live record, with its message unless it must not be sent."""
    is_blocked = signal.status == Signal.Status.BLOCKED
    reasons = "; ".join(refusal["reason"] for refusal in signal.refusals)
    public = told(signal)

    def letter(sent: Sequence[Recipient]) -> Draft:
        is_flat = signal.action == Signal.Action.FLAT
        return signal_draft(
            signal,
            fields=public["signal"],
            deliver_by=deliver_by,
            now=signal.issued_at,
            recipients=sent if is_flat else wanting(signal_tags(signal), audience()),
        )

    facts = {"late": signal.late, "shadow": signal.is_shadow, "refusals": signal.refusals}
    return News(
        signal=signal,
        entry=Entry(
            kind="signal.blocked" if is_blocked else "signal.generated",
            at=signal.issued_at,
            subject=f"signal:{signal.pk}",
            text=signal_text(signal) + (f" blocked: {reasons}" if is_blocked else ""),
            payload={**facts, **public},
        ),
        has_receipt=bool(public),
        over=signal.ends,
        letter=letter if public and not signal.late else None,
    )


def news_of_end(row: Position, *, at: datetime) -> News:
    """How a live position ended, with the result for those who asked for it."""
    public = told(row.signal)

    def letter(sent: Sequence[Recipient]) -> Draft | None:
        return result_draft(row, fields=public["signal"], now=at, sent=sent)

    return News(
        entry=Entry(
            kind="signal.closed",
            at=at,
            subject=f"signal:{row.signal.pk}",
            text=f"{row.signal} ended by {HOW[row.reason]}, {result_text(row)}",
            payload={
                "reason": row.reason,
                "pips": row.pips,
                "r_multiple": row.r_multiple,
                "r_optimistic": row.r_optimistic,
                "shadow": row.is_shadow,
                **public,
            },
        ),
        over=row.signal,
        letter=letter if public and not row.is_shadow else None,
    )
