"""The recipients a fresh desk starts with, and pausing one; seeding again changes nobody."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from audit.log import log_event
from delivery.channels.registry import CHANNELS
from delivery.consent import last_withdrawal
from delivery.models import Recipient
from delivery.outbox import cancel_pending

DEMO_PHONE = "Demo phone"


def ensure_recipient(
    *, name: str, channel: str, address: str, opt_in_source: str, now: datetime
) -> Recipient:
    """The recipient with this address, made if missing; raises ValueError on a bad address.

    The first one of a channel is told about alarms too: somebody of the staff must be. Whoever
    opted out of this address before stays so: a line in the settings is no consent.
    """
    address = CHANNELS[channel].clean_address(address)
    is_first = not Recipient.objects.filter(channel=channel).exists()
    withdrawn = last_withdrawal(channel, address)
    consent = {
        "opted_in_at": now,
        "opt_in_source": opt_in_source,
        "opted_out_at": withdrawn.at if withdrawn else None,
    }
    recipient, _ = Recipient.objects.get_or_create(
        channel=channel,
        address=address,
        defaults={"name": name, "gets_alerts": is_first, **consent},
    )
    return recipient


def ensure_demo_phone(now: datetime) -> Recipient:
    """The phone panel of the Overview, so that a desk without credentials shows deliveries."""
    return ensure_recipient(
        name=DEMO_PHONE, channel="preview", address="demo", opt_in_source="demo", now=now
    )


def ensure_listed(
    addresses: Iterable[str], *, channel: str, setting: str, now: datetime
) -> list[str]:
    """One recipient per address that `setting` lists; a sentence about each that is none."""
    faults: list[str] = []
    for address in filter(None, map(str.strip, addresses)):
        tail = address if address.startswith("@") else address[-4:]  # a channel's name is public
        name = f"{CHANNELS[channel].label} {tail}"
        try:
            ensure_recipient(
                name=name, channel=channel, address=address, opt_in_source=setting, now=now
            )
        except ValueError as error:
            faults.append(f"{setting} holds {address!r}, which is left out. {error}")
    return faults


@transaction.atomic
def pause_recipient(recipient: Recipient, *, by: str, now: datetime) -> None:
    """Nothing more is sent to them; what waits for them is cancelled."""
    if Recipient.objects.filter(pk=recipient.pk, is_active=True).update(is_active=False):
        cancel_pending(reason="recipient_paused", recipient=recipient)
        log_recipient("paused", recipient, by=by, now=now)


@transaction.atomic
def resume_recipient(recipient: Recipient, *, by: str, now: datetime) -> None:
    """They are sent to again, unless they opted out themselves; what failed before is forgotten."""
    off = Q(is_active=False) | ~Q(problem="") | Q(failures_in_row__gt=0)
    row = Recipient.objects.filter(off, pk=recipient.pk)
    if row.update(is_active=True, problem="", failures_in_row=0):
        log_recipient("resumed", recipient, by=by, now=now)


def log_recipient(
    what: str,
    recipient: Recipient,
    *,
    by: str,
    now: datetime,
    payload: Mapping[str, Any] | None = None,
) -> None:
    """One event about a recipient, by number: the log keeps no names and no addresses."""
    log_event(
        f"recipient.{what}",
        at=now,
        actor=by,
        subject=f"recipient:{recipient.pk}",
        text=f"Recipient {recipient.pk} was {what.replace('_', ' ')}.",
        payload=payload,
    )
