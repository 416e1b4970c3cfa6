"""How a signal reads on a phone and in JSON: the public contract, word for word."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from delivery.audience import reachable_now, recipients_sent, wanting
from delivery.models import Message, Recipient
from delivery.outbox import Draft, queue_messages
from signals.contract import NO_POSITION, End, Facts, Json, contract_json
from signals.models import Signal
from signals.receipts import receipt_line
from signals.wording import position_of

ELSEWHERE = ("id", "symbol", "version", "end")  # what another row says, or a shorter name
OWN_FACTS = [name for name in Facts._fields if name not in ELSEWHERE]


def signal_text(signal: Signal) -> str:
    """One line, as recipients see it."""
    return " | ".join(
        (
            f"{signal.symbol.code} {signal.action} @ {signal.price_text}",
            f"SL {signal.level_text(signal.sl)}",
            f"TP {signal.level_text(signal.tp)}",
            "conf -" if signal.confidence is None else f"conf {signal.confidence:.2f}",
            signal.strategy,
        )
    )


def message_text(signal: Signal) -> str:
    """The line and, with MESSAGE_RECEIPTS, a second one with the receipt."""
    has_receipt = settings.MESSAGE_RECEIPTS and signal.receipt
    return "\n".join(
        [signal_text(signal), *([receipt_line(signal.receipt)] if has_receipt else [])]
    )


def signal_json(signal: Signal) -> Json:
    """The contract's JSON; one query with `for_reading`."""
    return contract_json(facts_of(signal))


def facts_of(signal: Signal) -> Facts:
    """What the contract tells of `signal`, from its row."""
    position = position_of(signal)
    own = {name: getattr(signal, name) for name in OWN_FACTS}
    return Facts(
        **own,
        id=signal.pk,
        symbol=signal.symbol.code,
        version=signal.config_version.number,
        end=End(*(getattr(position, name) for name in End._fields)) if position else NO_POSITION,
    )


def told(signal: Signal) -> dict[str, Json]:
    """What the log keeps so that streams can tell it: nothing of what is not public."""
    is_public = signal.status != Signal.Status.BLOCKED and not signal.is_shadow
    return {"signal": signal_json(signal)} if is_public else {}


def last_moment(signal: Signal, *, max_delay: timedelta) -> datetime:
    """When the message is no longer worth sending.

    An entry's idea may expire before the delay is over. FLAT's own expiry is one bar, which
    limits how long it is shown as current, not how long a late "get out" is still worth hearing.
    """
    limit = signal.bar_closed_at + max_delay
    return limit if signal.action == Signal.Action.FLAT else min(signal.expires_at, limit)


def those_to_tell(signal: Signal) -> list[Recipient]:
    """Everybody who wants it now; a FLAT goes to those who were sent what it ends."""
    if signal.action == Signal.Action.FLAT:
        return list(recipients_sent(signal.ends.message_key)) if signal.ends else []
    return wanting(signal_tags(signal), reachable_now())


def signal_tags(signal: Signal) -> dict[str, str | float | None]:
    """What recipients filter on."""
    return {
        "symbol": signal.symbol.code,
        "strategy": signal.strategy,
        "confidence": signal.confidence,
    }


def signal_draft(
    signal: Signal,
    *,
    kind: str = Message.Kind.SIGNAL,
    fields: Json,
    deliver_by: datetime,
    now: datetime,
    recipients: Iterable[Recipient],
) -> Draft:
    """The signal's message; `fields` is its JSON.

    An entry waits for the end of a recipient's quiet hours while its idea lives; FLAT does not.
    """
    is_flat = signal.action == Signal.Action.FLAT
    return Draft(
        key=signal.message_key,
        kind=kind,
        title=f"{signal.symbol.code} {signal.action}",
        text=message_text(signal),
        fields=fields,
        tags=signal_tags(signal),
        deliver_by=deliver_by,
        now=now,
        recipients=recipients,
        valid_until=None if is_flat else signal.expires_at,
        urgent=is_flat,
    )


def queue_by_hand(signal: Signal, *, deliver_by: datetime, now: datetime) -> Message:
    """Queue the message of a signal that somebody sends; the second call adds nothing."""
    draft = signal_draft(
        signal,
        kind=Message.Kind.MANUAL,
        fields=signal_json(signal),
        deliver_by=deliver_by,
        now=now,
        recipients=those_to_tell(signal),
    )
    return queue_messages([draft])[0]
