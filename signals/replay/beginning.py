"""What a track held when a replay begins: taken up where its newest position was decided."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd
from django.db.models import Q, QuerySet

from risk.holes import is_hole
from risk.states import Hole, Terms
from risk.states import Position as Held
from signals.holdings import held_of
from signals.models import Position, Tick, Track

GONE_ON = ("opposite", "data_gap")  # how what left on an entry's bar may have ended later


@dataclass(frozen=True)
class Beginning:
    """Bars that open after `after` are folded, from what was held then."""

    after: datetime | None  # None: from the first bar asked for
    held: Held | None = None
    leaving: Held | None = None


def beginning_of(track: Track, first: datetime) -> Beginning:
    """Where to begin so that the state at `first` is computed, not looked up.

    At the bar of the newest entry that still ran at `first`; nothing was held where none did.
    """
    running = _positions(track).filter(signal__bar_time__lt=first)
    still = Q(closed_at=None) | Q(closed_at__gte=first)
    newest = running.filter(still).order_by("-signal__bar_time").first()
    if newest is None:
        return Beginning(None)
    before = running.filter(
        Q(closed_at=None) | Q(closed_at__gte=newest.signal.bar_closed_at, reason__in=GONE_ON),
        signal__bar_time__lt=newest.signal.bar_time,
    )
    left = before.order_by("-signal__bar_time").first()
    leaving = replace(held_of(left), leaving="opposite") if left else None
    return Beginning(newest.signal.bar_time, _as_decided(newest), leaving)


def abandoned(track: Track, first: datetime) -> dict[datetime, datetime]:
    """Positions that ended because their feed was left: bar of the entry -> last look before.

    Bars that closed after that look were not evaluated while it was held, whenever they came.
    """
    ended = _positions(track).filter(reason="data_gap", closed_at__gte=first)
    return {
        row.signal.bar_time: _last_look(row.closed_at)
        for row in ended
        if row.closed_at and was_left(row)
    }


def was_left(row: Position) -> bool:
    """Whether it ended because its feed was left: at no bar's open, as every other unknown end."""
    at = row.closed_at
    return row.reason == "data_gap" and at is not None and bool(at.second or at.microsecond)


def _last_look(left_at: datetime) -> datetime:
    """The look at the clock before the one that found the feed left; itself where none is kept."""
    looks = Tick.objects.filter(at__lt=left_at).order_by("-at").values_list("at", flat=True)
    return looks.first() or left_at


def newest_hole(times: pd.DatetimeIndex, terms: Terms) -> Hole | None:
    """The newest hole between bars that open at `times`; None without one."""
    waits = np.diff(times.to_numpy()) > np.timedelta64(terms.bar_length)
    for place in np.flatnonzero(waits)[::-1].tolist():
        due = times[place].to_pydatetime() + terms.bar_length
        back = times[place + 1].to_pydatetime()
        missing = terms.calendar.trading_minutes_between(due, back)
        if is_hole(missing):
            return Hole(back, missing)
    return None


def _positions(track: Track) -> QuerySet[Position]:
    return Position.objects.filter(track=track).select_related("signal")


def _as_decided(row: Position) -> Held:
    """The position as its entry's bar left it: waiting for the next open."""
    held = held_of(row)
    return replace(
        held, entry_time=None, entry_price=None, stop=held.sl, best=None, worst=None, leaving=None
    )
