"""Settle what nobody finishes, whatever died: the sweeper's first half."""

from datetime import datetime, timedelta

from django.db.models import Q

from delivery.http import TOTAL_SECONDS
from delivery.models import Delivery
from delivery.results import record_expired, record_no_result
from delivery.transitions import State, move

NO_RESULT_AFTER = timedelta(seconds=2 * TOTAL_SECONDS)
BATCH = 200  # rows of each kind one sweep looks at


def recover(*, now: datetime) -> None:
    """Expire what is too late, free ended leases, hold posts without a result as uncertain."""
    rows = Delivery.objects.for_sending()
    for late in rows.filter(state=State.PENDING, deliver_by__lte=now)[:BATCH]:
        record_expired(late, now=now)
    for dropped in rows.filter(state=State.CLAIMED, claimed_until__lte=now)[:BATCH]:
        move(dropped.pk, [State.CLAIMED], State.PENDING, only_if=Q(claimed_until__lte=now))
    for lost in rows.filter(state=State.SENDING, sending_at__lte=now - NO_RESULT_AFTER)[:BATCH]:
        record_no_result(lost, now=now)
