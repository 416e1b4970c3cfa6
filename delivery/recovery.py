"""Settle what nobody finishes, whatever died: the sweeper's first half."""

from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import Q

from delivery.channels.registry import channel_called
from delivery.http import TOTAL_SECONDS
from delivery.leaving import DeadSender, dead_senders
from delivery.models import Delivery
from delivery.results import record_expired, record_no_result, record_not_accepted
from delivery.transitions import State, move

NO_RESULT_AFTER = timedelta(seconds=2 * TOTAL_SECONDS)
BATCH = 200  # rows of each kind one sweep looks at
REPEATABLE = "the sender ended; the receiver drops a repeat by its id"
NOT_ACCEPTED = "the sender ended, and nothing of it was accepted"


def recover(*, now: datetime, marks_folder: Path) -> None:
    """Expire what is too late, free ended leases, settle posts whose sender is gone or silent."""
    rows = Delivery.objects.for_sending()
    for late in rows.overdue(now).order_by("due_at")[:BATCH]:
        record_expired(late, now=now)
    claimed = rows.filter(state=State.CLAIMED, claimed_until__lte=now).order_by("claimed_until")
    for dropped in claimed[:BATCH]:
        move(dropped.pk, [State.CLAIMED], State.PENDING, only_if=Q(claimed_until__lte=now))
    for sender in dead_senders(marks_folder):
        posting = rows.filter(state=State.SENDING, post__sender=sender.name)
        for orphan in posting.order_by("sending_at"):
            _settle_orphan(orphan, sender, now=now)
    silent = rows.filter(state=State.SENDING, sending_at__lte=now - NO_RESULT_AFTER)
    for lost in silent.order_by("sending_at")[:BATCH]:
        if channel_called(lost.recipient.channel).is_repeatable:
            record_not_accepted(lost, REPEATABLE, now=now)
        else:
            record_no_result(lost, now=now)


def _settle_orphan(delivery: Delivery, sender: DeadSender, *, now: datetime) -> None:
    """What the dead sender's marks prove about one of its posts."""
    if delivery.post_id not in sender.left:
        record_not_accepted(delivery, NOT_ACCEPTED, now=now)
    elif channel_called(delivery.recipient.channel).is_repeatable:
        record_not_accepted(delivery, REPEATABLE, now=now)
    else:
        record_no_result(delivery, now=now)
