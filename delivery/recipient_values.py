"""Recipients from plain values, checked as the form checks them: for scripts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from delivery.erasure import require_known
from delivery.models import Recipient
from delivery.recipient_edits import consent_refusal, save_recipient
from delivery.tag_choices import wants_refusal

TAKEN = "There is a recipient with this address already."
Wants = Mapping[str, list[str]]


def add_recipient(values: Mapping[str, Any], *, by: str, now: datetime) -> Recipient:
    """The stored recipient; raises ValidationError on what the form would refuse."""
    recipient = Recipient(**values)
    return _stored(recipient, kept={}, by=by, now=now)


@transaction.atomic
def change_recipient(
    recipient_id: int, changes: Mapping[str, Any], *, by: str, now: datetime
) -> Recipient:
    """The recipient with `changes`, which alone are written.

    Raises Recipient.DoesNotExist, Forgotten, and ValidationError on what the form would refuse.
    """
    recipient = Recipient.objects.select_for_update().get(pk=recipient_id)
    require_known(recipient)
    kept = recipient.wants
    for name, value in changes.items():
        setattr(recipient, name, value)
    return _stored(recipient, kept=kept, by=by, now=now)


def _stored(recipient: Recipient, *, kept: Wants, by: str, now: datetime) -> Recipient:
    recipient.full_clean()
    if refusal := wants_refusal(recipient.wants, kept=kept):
        raise ValidationError({"wants": refusal})
    if refusal := consent_refusal(recipient, now=now):
        raise ValidationError({"opted_in_at": refusal})
    try:
        with transaction.atomic():
            save_recipient(recipient, by=by, now=now)
    except IntegrityError:  # somebody else has just added it
        raise ValidationError(TAKEN) from None
    return recipient
