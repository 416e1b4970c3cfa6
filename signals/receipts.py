"""The receipt a signal's message carries: a code that commits to the event which recorded it."""

from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse

from audit.models import Event
from audit.receipts import grouped, receipt_of
from audit.row_updates import update_rows
from signals.models import Signal


def issue_receipts(recorded: Mapping[int, Signal]) -> None:
    """Give signals the codes of the events (by id) that recorded them, in the same transaction."""
    stored = Event.objects.in_bulk(list(recorded))  # as they will be read by whoever checks them
    for event_id, signal in recorded.items():
        signal.receipt = receipt_of(stored[event_id])
    update_rows(list(recorded.values()), ["receipt"])


def verify_url(code: str) -> str:
    """Where anybody can look the code up; "" on a desk that others cannot open."""
    path = reverse("verify-code", args=[code])
    return f"{settings.PUBLIC_BASE_URL}{path}" if settings.IS_HTTPS else ""


def receipt_line(code: str) -> str:
    """The second line of a message."""
    return " ".join(filter(None, (f"Receipt {grouped(code)}", verify_url(code))))
