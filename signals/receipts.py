"""The receipt a signal's message carries: a code that commits to the event which recorded it."""

from django.conf import settings
from django.urls import reverse

from audit.models import Event
from audit.receipts import grouped, receipt_of
from signals.models import Signal


def issue_receipt(signal: Signal, event: Event) -> None:
    """Give `signal` the code of the event that recorded it, in the same transaction."""
    event.refresh_from_db()  # as it will be read by whoever checks it
    signal.receipt = receipt_of(event)
    signal.save(update_fields=["receipt"])


def verify_url(code: str) -> str:
    """Where anybody can look the code up; "" on a desk that others cannot open."""
    path = reverse("verify-code", args=[code])
    return f"{settings.PUBLIC_BASE_URL}{path}" if settings.IS_HTTPS else ""


def receipt_line(code: str) -> str:
    """The second line of a message."""
    return " ".join(filter(None, (f"Receipt {grouped(code)}", verify_url(code))))
