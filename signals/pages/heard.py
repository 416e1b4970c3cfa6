"""What it cost to hear of a signal, step by step, as its page tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from signals.delays import Heard, heard_of, step_cost
from signals.models import PriceSeen, Signal
from signals.prices_seen import STEPS


@dataclass(frozen=True)
class Step:
    """One step over all first copies; times and price are those of the first and the last."""

    label: str
    first_at: datetime
    last_at: datetime
    copies: int
    price: str
    cost: str  # in words, against the price at the close

    @property
    def takes_time(self) -> bool:
        """Whether its copies are seconds apart, so that both times are worth showing."""
        return f"{self.first_at:%c}" != f"{self.last_at:%c}"


def heard(signal: Signal) -> tuple[Step, ...]:
    """The close, then each step that any copy reached; nothing before the first was sent."""
    rows = PriceSeen.objects.filter(signal=signal, is_repeat=False)
    steps = {name: heard_of(rows, name) for name in STEPS} if rows.exists() else {}
    told = [_step(name.capitalize(), copies, signal) for name, copies in steps.items() if copies]
    closed_at = signal.bar_closed_at
    own = Step("At the close", closed_at, closed_at, 0, signal.price_text, "")
    return (own, *told) if told else ()


def _step(label: str, copies: Sequence[Heard], signal: Signal) -> Step:
    times = sorted(one.at for one in copies)
    prices = sorted({one.price for one in copies if one.price is not None})
    shown = [signal.level_text(price) for price in dict.fromkeys((*prices[:1], *prices[-1:]))]
    return Step(
        label=label,
        first_at=times[0],
        last_at=times[-1],
        copies=len(copies),
        price=" to ".join(shown) or "-",
        cost=cost_text(copies),
    )


def cost_text(copies: Sequence[Heard]) -> str:
    """The median of those that count, or why none does."""
    cost = step_cost(copies)
    if cost is None or cost.median_pips is None:
        return "price not known" if cost and cost.unknown else "it was over by then"
    pips = round(cost.median_pips, 1)
    if not pips:
        return "the same"
    return f"{abs(pips):.1f} pips {'worse' if pips > 0 else 'better'}"
