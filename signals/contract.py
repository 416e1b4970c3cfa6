"""The public JSON of a signal: its keys, in the order readers may count on."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from access.times import iso

Json = dict[str, Any]

KEYS = (
    *("symbol", "timeframe", "action", "price", "sl", "tp", "confidence", "strategy", "version"),
    *("expires_at", "issued_at", "id", "lots_hint", "status", "blocked_by", "bar_time", "late"),
    "outcome",
)
OUTCOME_KEYS = ("reason", "closed_at", "exit_price", "pips", "r_multiple")
CLOSED = "closed"  # the state of a position that is over


class End(NamedTuple):
    """How far a signal's position is; all None for a FLAT, which has none."""

    state: str | None
    reason: str | None
    closed_at: datetime | None
    exit_price: Decimal | None
    pips: float | None
    r_multiple: float | None


NO_POSITION = End(None, None, None, None, None, None)


class Facts(NamedTuple):
    """What the JSON is made from."""

    symbol: str
    timeframe: str
    action: str
    price: Decimal
    sl: Decimal | None
    tp: Decimal | None
    confidence: float | None
    strategy: str
    version: int
    expires_at: datetime
    issued_at: datetime
    id: int
    lots_hint: Decimal | None
    status: str
    refusals: list[dict[str, str]]
    bar_time: datetime
    late: bool
    digits: int
    end: End

    @property
    def changed_at(self) -> datetime:
        """When the JSON became what it is, as far as it says so itself."""
        return max(self.issued_at, self.end.closed_at or self.issued_at)


def contract_json(facts: Facts) -> Json:
    """The keys of the contract, in its order; prices as numbers with the symbol's digits."""
    digits, lots = facts.digits, facts.lots_hint
    return {
        "symbol": facts.symbol,
        "timeframe": facts.timeframe,
        "action": facts.action,
        "price": _number(facts.price, digits),
        "sl": _number(facts.sl, digits),
        "tp": _number(facts.tp, digits),
        "confidence": facts.confidence,
        "strategy": facts.strategy,
        "version": f"v{facts.version}",
        "expires_at": iso(facts.expires_at),
        "issued_at": iso(facts.issued_at),
        "id": facts.id,
        "lots_hint": None if lots is None else float(lots),
        "status": facts.status,
        "blocked_by": [refusal["guard"] for refusal in facts.refusals],
        "bar_time": iso(facts.bar_time),
        "late": facts.late,
        "outcome": _outcome(facts.end, digits),
    }


def in_order(stored: Mapping[str, Any]) -> Json:
    """`stored` with its keys in their order, which a JSON column of PostgreSQL does not keep.

    What an older release did not tell is None: a stream must get past such an event.
    """
    signal = {key: stored.get(key) for key in KEYS}
    if signal["outcome"] is not None:
        signal["outcome"] = {key: signal["outcome"][key] for key in OUTCOME_KEYS}
    return signal


def _number(level: Decimal | None, digits: int) -> float | None:
    return None if level is None else round(float(level), digits)


def _outcome(end: End, digits: int) -> Json | None:
    if end.state != CLOSED or end.closed_at is None:
        return None
    return {
        "reason": end.reason,
        "closed_at": iso(end.closed_at),
        "exit_price": _number(end.exit_price, digits),
        "pips": end.pips,
        "r_multiple": end.r_multiple,
    }
