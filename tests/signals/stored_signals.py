"""Stored signals as lists show them: ended, with a position, or many in a row."""

from copy import copy
from datetime import timedelta

from signals.models import Position, Signal, Track
from tests.builders import NOON, make_signal


def make_position(signal, **values):
    """What became of it: +12.34 pips, unless said otherwise."""
    track, _ = Track.objects.get_or_create(
        run=signal.run, config=signal.config, feed="mock", defaults={"starts_after": NOON}
    )
    facts = {"state": "closed", "stop": signal.sl, "closed_at": NOON, "pips": 12.34}
    return Position.objects.create(
        signal=signal, track=track, **{**facts, "r_multiple": 1.5, **values}
    )


def make_judged(r, *, ended=NOON, **values):
    """An entry that ended with `r` of ten pips' risk at `ended`; None: its bars are missing."""
    reason = values.pop("reason", "data_gap" if r is None else "tp" if r > 0 else "sl")
    position = {"is_shadow": values.get("status") == "blocked", **values.pop("position", {})}
    pips = None if r is None else 10.0 * r
    signal = make_signal(**{"status": "closed", **values})
    known = {"r_multiple": r, "pips": pips, "return_pct": pips and pips / 108, "reason": reason}
    make_position(signal, closed_at=ended, **{**known, **position})
    return signal


def make_closed(ending, **values):
    """An accepted signal that ended this way."""
    return make_signal(status="closed", ending=ending, **values)


def make_many(count, *, newest=1):
    """Numbers of `count` signals a minute apart, the newest first."""
    like = make_signal(minutes_ago=newest)
    return [like.pk, *(copy.pk for copy in copies_of(like, count - 1))]


def copies_of(signal, count):
    """`count` older signals like it, a minute apart."""
    copies = []
    for minutes in range(1, count + 1):
        older = copy(signal)
        older.pk, step = None, timedelta(minutes=minutes)
        older.bar_time, older.bar_closed_at = signal.bar_time - step, signal.bar_closed_at - step
        copies.append(older)
    return Signal.objects.bulk_create(copies)
