"""What answers teach about a recipient: reached, tired, failing, gone, or moved elsewhere."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from audit.log import log_event
from delivery.channels.base import Pace
from delivery.models import Recipient
from delivery.outbox import cancel_pending

TELL_FROM = 3  # failures in a row


def note_reached(recipient: Recipient, *, provider_address: str = "", is_certain: bool) -> None:
    """A message was taken, or (`is_certain`) did arrive: then earlier failures are forgotten."""
    row = Recipient.objects.filter(pk=recipient.pk)
    if provider_address and provider_address != recipient.address:
        row.exclude(provider_address=provider_address).update(provider_address=provider_address)
    if is_certain:
        row.filter(failures_in_row__gt=0).update(failures_in_row=0, problem="")


def hold(recipient: Recipient, *, until: datetime) -> None:
    """The provider wants this one left alone for a while."""
    Recipient.objects.filter(pk=recipient.pk).update(free_at=until)


def refund(recipient: Recipient, pace: Pace | None) -> None:
    """A post that was not accepted uses up none of the recipient's time."""
    if pace is not None and pace.recipient_seconds:
        own = Recipient.objects.filter(pk=recipient.pk).exclude(free_at=None)
        own.update(free_at=F("free_at") - timedelta(seconds=pace.recipient_seconds))


@transaction.atomic
def note_failure(recipient: Recipient, reason: str, *, now: datetime) -> None:
    """Their message failed for good; the third in a row puts a problem beside their name."""
    row = Recipient.objects.filter(pk=recipient.pk)
    row.update(failures_in_row=F("failures_in_row") + 1)
    failing = row.filter(failures_in_row__gte=TELL_FROM)
    if failing.filter(problem="").exists():
        _log("failing", recipient, f"cannot be reached: {reason}", now=now)
    failing.update(problem=reason[:300])


@transaction.atomic
def disable(recipient: Recipient, reason: str, *, now: datetime) -> None:
    """They blocked the desk or are gone: nothing more is sent until staff resume them."""
    if Recipient.objects.filter(pk=recipient.pk, is_active=True).update(
        is_active=False, problem=reason[:300]
    ):
        cancel_pending(reason="recipient_paused", recipient=recipient)
        _log("disabled", recipient, f"was switched off: {reason}", now=now)


@transaction.atomic
def move_to_address(recipient: Recipient, address: str, *, now: datetime) -> None:
    """The provider says where they are now; somebody else's address leaves them disabled."""
    others = Recipient.objects.filter(channel=recipient.channel, address=address)
    if others.exclude(pk=recipient.pk).exists():
        disable(recipient, "moved to an address that another recipient has", now=now)
    elif (
        Recipient.objects.filter(pk=recipient.pk)
        .exclude(address=address)
        .update(address=address, provider_address="")
    ):
        _log("moved", recipient, "has a new address, as the provider says", now=now)


def _log(what: str, recipient: Recipient, text: str, *, now: datetime) -> None:
    subject = f"recipient:{recipient.pk}"
    log_event(f"recipient.{what}", at=now, subject=subject, text=f"Recipient {recipient.pk} {text}")
