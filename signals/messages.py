"""How a signal reads on a phone and in JSON: the public contract, word for word."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from delivery.models import Message, Recipient
from delivery.outbox import matching_recipients, queue_message, recipients_sent, withdraw_held
from signals.models import Position, Signal

Json = dict[str, Any]


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


def signal_json(signal: Signal) -> Json:
    """The keys of the contract, in its order; prices as numbers with the symbol's digits."""
    return {
        "symbol": signal.symbol.code,
        "timeframe": signal.timeframe,
        "action": signal.action,
        "price": _number(signal.price, signal.digits),
        "sl": _number(signal.sl, signal.digits),
        "tp": _number(signal.tp, signal.digits),
        "confidence": signal.confidence,
        "strategy": signal.strategy,
        "version": signal.config_version.label,
        "expires_at": iso(signal.expires_at),
        "issued_at": iso(signal.issued_at),
        "id": signal.pk,
        "lots_hint": None if signal.lots_hint is None else float(signal.lots_hint),
        "status": signal.status,
        "blocked_by": signal.blocked_by,
        "bar_time": iso(signal.bar_time),
        "late": signal.late,
        "outcome": _outcome_json(signal),
    }


def told(signal: Signal) -> dict[str, Json]:
    """What the log keeps so that streams can tell it: nothing of what is not public."""
    is_public = signal.status != Signal.Status.BLOCKED and not signal.is_shadow
    return {"signal": signal_json(signal)} if is_public else {}


def iso(at: datetime) -> str:
    """ISO-8601 in UTC with a Z, whole seconds unless there are parts."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def last_moment(signal: Signal, *, max_delay: timedelta) -> datetime:
    """When the message is no longer worth sending.

    An entry's idea may expire before the delay is over. FLAT's own expiry is one bar, which
    limits how long it is shown as current, not how long a late "get out" is still worth hearing.
    """
    limit = signal.bar_closed_at + max_delay
    return limit if signal.action == Signal.Action.FLAT else min(signal.expires_at, limit)


def those_to_tell(signal: Signal) -> list[Recipient]:
    """Everybody who wants it; a FLAT goes to those who were sent what it ends, and only them."""
    if signal.action == Signal.Action.FLAT:
        return list(recipients_sent(signal.ends.message_key)) if signal.ends else []
    return matching_recipients(signal_tags(signal))


def signal_tags(signal: Signal) -> dict[str, str | float | None]:
    """What recipients filter on."""
    return {
        "symbol": signal.symbol.code,
        "strategy": signal.strategy,
        "confidence": signal.confidence,
    }


def queue_signal(
    signal: Signal, *, kind: str = Message.Kind.SIGNAL, deliver_by: datetime, now: datetime
) -> Message:
    """Queue the signal's message to those it concerns; the second call adds nothing.

    An entry waits for the end of a recipient's quiet hours while its idea lives; FLAT does not.
    """
    is_flat = signal.action == Signal.Action.FLAT
    return queue_message(
        key=signal.message_key,
        kind=kind,
        title=f"{signal.symbol.code} {signal.action}",
        text=signal_text(signal),
        fields=signal_json(signal),
        tags=signal_tags(signal),
        deliver_by=deliver_by,
        now=now,
        recipients=those_to_tell(signal),
        valid_until=None if is_flat else signal.expires_at,
        urgent=is_flat,
    )


def withdraw_signal(signal: Signal) -> None:
    """Its idea is over: whoever would have got it after their quiet hours does not any more."""
    withdraw_held(signal.message_key, "over")


def _number(level: Decimal | None, digits: int) -> float | None:
    return None if level is None else round(float(level), digits)


def _outcome_json(signal: Signal) -> Json | None:
    position: Position | None = getattr(signal, "position", None)
    if position is None or position.state != Position.State.CLOSED or position.closed_at is None:
        return None
    return {
        "reason": position.reason,
        "closed_at": iso(position.closed_at),
        "exit_price": _number(position.exit_price, signal.digits),
        "pips": position.pips,
        "r_multiple": position.r_multiple,
    }
