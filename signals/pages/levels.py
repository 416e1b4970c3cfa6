"""The prices of a signal, each with its distance."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from signals.models import Position, Signal
from signals.wording import ended_by, position_of, stop_label


@dataclass(frozen=True)
class Level:
    """A price with how far it is from the signal's own, in favour positive."""

    label: str
    price: str
    pips: float | None = None
    r: float | None = None
    r_optimistic: float | None = None  # of a tie, had the target come first
    at: datetime | None = None
    note: str = ""

    @property
    def pips_text(self) -> str:
        """ "-30.5 pips", or "" where there is no distance."""
        return "" if self.pips is None else f"{self.pips:+.1f} pips"

    @property
    def r_text(self) -> str:
        """ "-1.00 R", on a tie "-1.00 to +1.50 R"; "" where there is no distance."""
        best = "" if self.r_optimistic is None else f" to {self.r_optimistic:+.2f}"
        return "" if self.r is None else f"{self.r:+.2f}{best} R"


def levels(signal: Signal) -> tuple[Level, ...]:
    """Its prices from the decision to the exit; no query beyond the signal with its position."""
    position = position_of(signal)
    if signal.action == Signal.Action.FLAT:
        return (Level("Price", signal.price_text, at=signal.bar_closed_at),)
    stop, target = (_level(signal, *of) for of in (("Stop loss", signal.sl), _target(signal)))
    own = Level("Price", signal.price_text, at=signal.bar_closed_at)
    if position is None:
        return own, stop, target
    filled = _filled(signal, position)
    return (own, *filled, stop, *_moved(signal, position), target, *_exit(signal, position))


def _target(signal: Signal) -> tuple[str, Decimal | None, str]:
    return "Take profit", signal.tp, "" if signal.tp is not None else "none set"


def _level(
    signal: Signal,
    label: str,
    price: Decimal | None,
    note: str = "",
    *,
    at: datetime | None = None,
) -> Level:
    if price is None:
        return Level(label, "-", note=note)
    sign = 1 if signal.action == Signal.Action.BUY else -1
    gained = sign * (price - signal.price)
    risk = abs(signal.price - signal.sl) if signal.sl is not None else Decimal(0)
    return Level(
        label,
        signal.level_text(price),
        pips=float(gained / signal.pip_size),
        r=float(gained / risk) if risk else None,
        at=at,
        note=note,
    )


def _filled(signal: Signal, position: Position) -> list[Level]:
    if position.entry_at is None:
        waits = "" if position.closed_at else "at the next bar's open"
        return [Level("Entry", "-", note=waits or "never filled")]
    entry = _level(signal, "Entry", position.entry_price, at=position.entry_at)
    return [replace(entry, r=None, pips=None, note="filled at the next open")]


def _moved(signal: Signal, position: Position) -> list[Level]:
    if position.stop == signal.sl:
        return []
    return [_level(signal, stop_label(position), position.stop)]


def _exit(signal: Signal, position: Position) -> list[Level]:
    if position.closed_at is None:
        return []
    price = signal.level_text(position.exit_price)
    result = {  # from the fill, as judged
        "pips": position.pips,
        "r": position.r_multiple,
        "r_optimistic": position.r_optimistic,
    }
    note = f"by {ended_by(position)}"
    return [Level("Exit", price, at=position.closed_at, note=note, **result)]
