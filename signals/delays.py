"""What it cost to hear of signals: the price at each step against the price at the bar's close."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import BooleanField, ExpressionWrapper, FloatField, Q, QuerySet
from django.db.models.functions import Cast, Coalesce, Least

from signals.models import PriceSeen, Signal
from signals.prices_seen import STEPS


@dataclass(frozen=True, kw_only=True)
class StepCost:
    """One step over all copies; positive pips and R are worse than at the close.

    Means and medians are None without a copy that counts. Not counted are copies that came to it
    when the idea was over (`over`), and those whose price no bar tells (`unknown`).
    """

    copies: int
    mean_pips: float | None
    median_pips: float | None
    mean_r: float | None
    median_r: float | None
    over: int
    unknown: int


@dataclass(frozen=True, kw_only=True)
class DelayCost:
    """The cost by the time a copy was sent, delivered and read; None where nothing is known."""

    sent: StepCost | None
    delivered: StepCost | None
    read: StepCost | None


@dataclass(frozen=True)
class Heard:
    """One step of one copy."""

    at: datetime
    price: float | None
    close: float  # the signal's own price
    buys: bool
    pip: float
    risk: float  # |price - sl| of the entry
    is_over: bool  # its idea had ended by then

    @property
    def cost(self) -> float | None:
        """In price units, positive when it got worse; None where the price is not known."""
        return None if self.price is None else lost(self.close, self.price, buys=self.buys)


def lost(close: float, seen: float, *, buys: bool) -> float:
    """What who acts at `seen` instead of `close` loses by it, in price units."""
    return seen - close if buys else close - seen


def delay_cost(signals: QuerySet[Signal]) -> DelayCost:
    """The cost of delay over first sends of `signals`; what people sent again is left out.

    A step counts while the idea was alive: until its position closed or it expired, for a FLAT
    until what it ends would have expired.
    """
    rows = PriceSeen.objects.filter(signal__in=signals, is_repeat=False)
    return DelayCost(**{step: step_cost(heard_of(rows, step)) for step in STEPS})


def heard_of(rows: QuerySet[PriceSeen], step: str) -> list[Heard]:
    """One step of each copy that got so far; one query."""
    over_at = Coalesce("signal__ends__expires_at", Least("signal__expires_at", _closed_at()))
    told = rows.exclude(**{f"{step}_at": None}).values_list(
        f"{step}_at",
        _number(f"{step}_price"),
        _number("signal__price"),
        "signal__action",
        "signal__ends__action",
        _number("signal__pip_size"),
        _number(Coalesce("signal__ends__price", "signal__price")),
        _number(Coalesce("signal__ends__sl", "signal__sl")),
        ExpressionWrapper(Q(**{f"{step}_at__gt": over_at}), BooleanField()),
    )
    return [
        Heard(
            at, price, close, ended == "SELL" if ended else action == "BUY", pip, abs(e - sl), over
        )
        for at, price, close, action, ended, pip, e, sl, over in told
    ]


def step_cost(heard: Sequence[Heard]) -> StepCost | None:
    """The figures of one step; None when no copy got so far."""
    if not heard:
        return None
    alive = [one for one in heard if not one.is_over]
    known = [(one, cost) for one in alive if (cost := one.cost) is not None]
    pips = np.array([cost / one.pip for one, cost in known])
    r = np.array([cost / one.risk for one, cost in known])
    return StepCost(
        copies=len(known),
        mean_pips=float(pips.mean()) if known else None,
        median_pips=float(np.median(pips)) if known else None,
        mean_r=float(r.mean()) if known else None,
        median_r=float(np.median(r)) if known else None,
        over=len(heard) - len(alive),
        unknown=len(alive) - len(known),
    )


def _number(price: str | Coalesce) -> Cast:
    """A stored price as a float: faster to read, and exact enough for figures."""
    return Cast(price, FloatField())


def _closed_at() -> Coalesce:
    """When its position closed; one that runs, or has none, is alive until it expires."""
    return Coalesce("signal__position__closed_at", "signal__expires_at")
