"""What each guard saved or cost, from what became of the signals it refused."""

from collections.abc import Iterator

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
    rows = found.order_by().values_list("pk", "refusals", "position__r_multiple")
    for pk, refusals, r in rows.iterator(CHUNK):
        yield pk, Blocked(guards=tuple(refusal["guard"] for refusal in refusals), r=r)
