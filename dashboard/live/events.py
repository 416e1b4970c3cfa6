"""What the stream tells: each sealed event of the log, in the words of its readers.

Nothing here loads the models of signals or deliveries: the process that holds a thousand streams
open knows the log alone, and stays small.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from audit.models import Seal
from signals.contract import in_order

KINDS = ("signal", "signal.update", "delivery", "health", "log")
STATE_AFTER = {  # what a delivery is after an event delivery.<verb>
    **{state: state for state in ("sent", "delivered", "read", "failed", "expired", "uncertain")},
    "arrived": "sent",
    "sent_again": "pending",
    "switched": "pending",
}

RIGHTS = {  # kinds of events after which their subject may no longer be let in
    *("login.ended", "password.changed", "user.changed", "user.deleted"),
    *("key.changed", "key.revoked"),
}

Payload = Mapping[str, Any]


class Line(NamedTuple):
    """One event of the log as it is stored, with its place in the chain."""

    seq: int
    kind: str
    subject: str
    text: str
    actor: str
    at: datetime
    payload: Payload


class Told(NamedTuple):
    """One message of the stream; `symbol` "" when it is not about one."""

    kind: str
    symbol: str
    data: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the event with the number `seq` gives to tell, the log's own line first."""

    seq: int
    told: tuple[Told, ...]
    ends: str = ""  # whose streams end here, to be opened again by whoever still may


def newest_seq() -> int:
    """The number of the newest seal; 0 while nothing is sealed."""
    return Seal.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def sealed_after(seq: int, limit: int) -> list[Sealed]:
    """The next events in the order of their seals, at most `limit`; one query."""
    columns = [f"event__{name}" for name in Line._fields[1:]]
    rows = Seal.objects.filter(seq__gt=seq).order_by("seq").values_list("seq", *columns)
    return [sealed(Line(*row)) for row in rows[:limit]]


def sealed(line: Line) -> Sealed:
    special = SPECIAL.get(line.kind) or SPECIAL.get(line.kind.partition(".")[0])
    told = (log_line(line), special(line) if special else None)
    ends = line.subject if line.kind in RIGHTS else ""
    return Sealed(line.seq, tuple(filter(None, told)), ends)


def log_line(line: Line) -> Told:
    facts = {"kind": line.kind, "subject": line.subject, "text": line.text, "actor": line.actor}
    return Told("log", "", as_json({**facts, "at": line.at.isoformat()}))


def new_signal(line: Line) -> Told | None:
    return _signal("signal", line)


def changed_signal(line: Line) -> Told | None:
    return _signal("signal.update", line)


def delivery(line: Line) -> Told | None:
    state = STATE_AFTER.get(line.kind.partition(".")[2])
    about, _, number = line.subject.partition(":")
    if state is None or about != "delivery":
        return None
    key = str(line.payload.get("message", ""))
    kind, _, of = key.partition(":")
    signal = of.partition(":")[0]
    facts = {
        "id": int(number),
        "signal": int(signal) if kind in ("signal", "result") and signal.isdigit() else None,
        "message": key,
        "state": state,
    }
    symbol = (line.payload.get("tags") or {}).get("symbol") or ""
    return Told("delivery", symbol, as_json(facts))


SPECIAL: dict[str, Callable[[Line], Told | None]] = {
    "signal.generated": new_signal,
    "signal.closed": changed_signal,
    "delivery": delivery,
}
"""Kinds of events, or their first words, that are told as more than a line of the log."""


def _signal(kind: str, line: Line) -> Told | None:
    """The canonical JSON as the event keeps it; nothing for what is not public."""
    signal = line.payload.get("signal")
    return Told(kind, signal["symbol"], as_json(in_order(signal))) if signal else None


def as_json(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, separators=(",", ":"))
