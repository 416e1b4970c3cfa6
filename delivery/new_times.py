"""Deliveries that were sent, delivered or read since somebody last asked."""

from collections.abc import Callable, Sequence

from django.db import transaction

from delivery.models import Delivery


@transaction.atomic
def take_new_times(note: Callable[[Sequence[Delivery]], None], *, most: int) -> int:
    """How many deliveries `note` was called with, at most `most`; each change is taken once.

    `note` gets them with their message and runs in the same transaction, so nothing is lost
    between the two. Rows that a sender is just writing wait for the next call.
    """
    fresh = Delivery.objects.filter(has_new_times=True).select_related("message", "recipient")
    rows = list(
        fresh.select_for_update(skip_locked=True, of=("self",), no_key=True).order_by("pk")[:most]
    )
    note(rows)
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(has_new_times=False)
    return len(rows)
