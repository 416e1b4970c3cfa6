"""The steps a delivery may take; the only place that writes `state`."""

from collections.abc import Iterable
from typing import Any

from delivery.models import Delivery

State = Delivery.State

ALLOWED: dict[State, frozenset[State]] = {
    State.PENDING: frozenset({State.CLAIMED, State.EXPIRED, State.CANCELLED}),
    State.CLAIMED: frozenset({State.SENDING, State.PENDING}),
    State.SENDING: frozenset({State.SENT, State.PENDING, State.FAILED, State.UNCERTAIN}),
    State.SENT: frozenset({State.DELIVERED, State.READ, State.FAILED, State.PENDING}),
    State.DELIVERED: frozenset({State.READ}),
    State.UNCERTAIN: frozenset(
        {State.SENT, State.DELIVERED, State.READ, State.FAILED, State.PENDING}
    ),
    State.READ: frozenset(),
    State.FAILED: frozenset(),
    State.EXPIRED: frozenset(),
    State.CANCELLED: frozenset(),
}

# What a row in `pending` must not carry: the traces of an earlier claim or post
CLEARED: dict[State, dict[str, Any]] = {
    State.PENDING: {"claimed_until": None, "sending_at": None, "post": None, "sent_at": None},
}

TIMES = frozenset({"sent_at", "delivered_at", "read_at"})


def move(
    delivery_id: int, from_states: Iterable[State], to: State, *, only_if: Any = None, **fields: Any
) -> bool:
    """True if the row was in one of `from_states` (and met `only_if`, a Q) and now is in `to`."""
    return move_all([delivery_id], from_states, to, only_if=only_if, **fields) == 1


def move_all(
    delivery_ids: Iterable[int],
    from_states: Iterable[State],
    to: State,
    *,
    only_if: Any = None,
    **fields: Any,
) -> int:
    """How many of the rows took the step; rows in any other state stay as they are."""
    states = list(from_states)
    refused = [state for state in states if to not in ALLOWED[state]]
    if refused:
        raise ValueError(f"no step leads from {', '.join(refused)} to {to}")
    rows = Delivery.objects.filter(pk__in=list(delivery_ids), state__in=states)
    if only_if is not None:
        rows = rows.filter(only_if)
    if TIMES.intersection(fields) or State.SENT in states:  # from there a row may go back
        fields["has_new_times"] = True
    return rows.update(state=to, **CLEARED.get(to, {}), **fields)
