"""What each guard saved or cost, from what became of the signals it refused."""

import json
from collections.abc import Iterator
from functools import cache

from django.db.models import TextField
from django.db.models.functions import Cast

from risk.statistics import Blocked, GuardEffect, guard_effects
from signals.models import SignalQuerySet
from signals.track_record.asked import Asked

CHUNK = 20_000  # rows held at once


def read_guard_effects(asked: Asked) -> list[GuardEffect]:
    """One effect a guard, the one that refused most first; of what ended in the range, and runs."""
    signals = (asked.running(), asked.ended())
    blocked = {pk: one for found in signals for pk, one in _blocked(found, asked)}
    effects = guard_effects(list(blocked.values()))
    return sorted(effects, key=lambda effect: -effect.blocked)


def _blocked(signals: SignalQuerySet, asked: Asked) -> Iterator[tuple[int, Blocked]]:
    """The refused ones among `signals` with what each would have come to, by id."""
    found = asked.of_kind(signals).filter(position__is_shadow=True)
    told = Cast("refusals", TextField())  # many say the same: each text is read once
    read = cache(_guards)
    for pk, text, r in (
        found.order_by().values_list("pk", told, "position__r_multiple").iterator(CHUNK)
    ):
        yield pk, Blocked(guards=read(text), r=r)


def _guards(text: str) -> tuple[str, ...]:
    """Who refused, of a signal's refusals as they are stored."""
    return tuple(refusal["guard"] for refusal in json.loads(text))
