"""What the fold made of one bar, and the record it asks for: words only, nothing is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from delivery.looks import Look
from risk.guards.registry import guard_title
from risk.states import Happening, Position, Repeated, Signalled
from signals.models import Signal

Kind = Literal["BUY", "SELL", "FLAT", "blocked", "repeated", "none", "unknown"]
ACTION_LOOKS = {
    "BUY": Look("BUY", "tone-good", "up"),
    "SELL": Look("SELL", "tone-bad", "down"),
    "FLAT": Look("FLAT", "tone-calm", "flat"),
}
NO_SIGNAL = Look("No signal", "tone-calm", "dot")
REPEATED = Look("Repeated", "tone-calm", "history")
UNKNOWN = Look("Not evaluated", "tone-calm", "info")


@dataclass(frozen=True)
class Verdict:
    """What one bar came to; `made` is the record it asks for, `kept` what a repeat goes with."""

    kind: Kind
    made: Signalled | None = None
    kept: Position | None = None

    @property
    def look(self) -> Look:
        """The verdict as a word, a shape and a colour."""
        if self.made is None:
            return {"repeated": REPEATED, "unknown": UNKNOWN}.get(self.kind, NO_SIGNAL)
        if self.kind == "blocked":
            return Look(f"{self.made.action} blocked", "tone-warn", "alert")
        return ACTION_LOOKS[self.made.action]


@dataclass(frozen=True)
class Facts:
    """A record as far as it can be computed again, in words; equal texts are equal records."""

    action: str
    price: str
    sl: str
    tp: str
    confidence: str
    expires_at: datetime
    blocked_by: tuple[str, ...]  # guards by their titles

    @property
    def text(self) -> str:
        """The record in a line: "BUY 1.08523, SL 1.08323, TP -, confidence 0.72"."""
        levels = f", SL {self.sl}, TP {self.tp}" if self.action != "FLAT" else ""
        sure = f", confidence {self.confidence}" if self.confidence != "-" else ""
        blocked = f", blocked by {', '.join(self.blocked_by)}" if self.blocked_by else ""
        return f"{self.action} {self.price}{levels}{sure}{blocked}"


@dataclass(frozen=True)
class Unequal:
    """One thing that was recorded otherwise than it is computed now."""

    what: str
    stored: str
    computed: str


def verdict_of(happened: Sequence[Happening]) -> Verdict:
    """The verdict of a bar on which this happened."""
    for happening in happened:
        if isinstance(happening, Signalled):
            kind: Kind = "blocked" if happening.refusals else happening.action
            return Verdict(kind, made=happening)
        if isinstance(happening, Repeated):
            return Verdict("repeated", kept=happening.position)
    return Verdict("none")


def facts_made(made: Signalled, *, confidence: float | None, digits: int) -> Facts:
    """The record `made` asks for."""
    return Facts(
        action=made.action,
        price=_level(made.price, digits),
        sl=_level(made.sl, digits),
        tp=_level(made.tp, digits),
        confidence=_share(None if made.action == "FLAT" else confidence),
        expires_at=made.expires_at,
        blocked_by=tuple(guard_title(no.guard) for no in made.refusals),
    )


def facts_stored(signal: Signal) -> Facts:
    """The record as it is stored."""
    return Facts(
        action=signal.action,
        price=signal.price_text,
        sl=signal.level_text(signal.sl),
        tp=signal.level_text(signal.tp),
        confidence=_share(signal.confidence),
        expires_at=signal.expires_at,
        blocked_by=tuple(guard_title(slug) for slug in signal.blocked_by),
    )


def differences(stored: Facts | None, computed: Facts | None) -> tuple[Unequal, ...]:
    """What differs; one line where only one of them exists, none where both or neither agree."""
    if stored is None or computed is None:
        if stored is computed:
            return ()
        texts = (each.text if each else "nothing" for each in (stored, computed))
        return (Unequal("Record", *texts),)
    pairs = (
        ("Action", stored.action, computed.action),
        ("Price", stored.price, computed.price),
        ("Stop loss", stored.sl, computed.sl),
        ("Take profit", stored.tp, computed.tp),
        ("Confidence", stored.confidence, computed.confidence),
        ("Idea expires", _time(stored.expires_at), _time(computed.expires_at)),
        ("Blocked by", _names(stored.blocked_by), _names(computed.blocked_by)),
    )
    return tuple(Unequal(what, was, now) for what, was, now in pairs if was != now)


def _level(level: object, digits: int) -> str:
    return "-" if level is None else f"{level:.{digits}f}"


def _share(confidence: float | None) -> str:
    return "-" if confidence is None else f"{confidence:.2f}"


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _names(guards: Sequence[str]) -> str:
    return ", ".join(guards) or "no guard"
