"""The bars that decided an outcome, on the side of the book that counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signals.models import Position, Signal
from signals.wording import position_of

LABELS = {"entry": "Entry", "exit": "Exit", "gap": "Back after the gap"}


@dataclass(frozen=True)
class DecidingBar:
    """One bar with its prices as text: open, high, low, close."""

    label: str
    side: str  # "bid" or "ask"
    time: datetime
    prices: tuple[str, ...]


def deciding_bars(signal: Signal) -> tuple[DecidingBar, ...]:
    """The bar of its entry and that of its exit; nothing for a FLAT, or stored before both were."""
    position = position_of(signal)
    return tuple(_bar(signal, kept) for kept in position.decided_by) if position else ()


def bars_text(position: Position) -> str:
    """The same with both sides, one bar a line."""
    return "\n".join(_line(position.signal, kept) for kept in position.decided_by) or "not kept"


def _bar(signal: Signal, kept: dict[str, Any]) -> DecidingBar:
    bought, enters = signal.action == Signal.Action.BUY, kept["what"] == "entry"
    side = "ask" if bought == enters else "bid"  # a BUY pays the ask and leaves at the bid
    return DecidingBar(
        label=LABELS[kept["what"]],
        side=side,
        time=datetime.fromisoformat(kept["time"]),
        prices=tuple(map(signal.level_text, kept[side])),
    )


def _line(signal: Signal, kept: dict[str, Any]) -> str:
    sides = (" ".join(map(signal.level_text, kept[side])) for side in ("bid", "ask"))
    time = datetime.fromisoformat(kept["time"])
    return "{}: {:%Y-%m-%d %H:%M} UTC, bid {}, ask {}".format(LABELS[kept["what"]], time, *sides)
