"""Forget somebody: their data goes, the record of what was sent stays."""

from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat, Lower

from access.kept_answers import empty_answers
from delivery.models import Consent, Inbound, Recipient
from delivery.models.recipients import erased_address
from delivery.outbox import cancel_pending
from delivery.recipient_edits import OTHER_PHONE
from delivery.recipients import log_recipient

ERASED = "Erased "  # and the number of the row, in place of the name


class Forgotten(Exception):
    """There is nobody to change any more."""


def require_known(recipient: Recipient) -> None:
    """Raise Forgotten when only the number of the row is left."""
    if recipient.is_erased:
        raise Forgotten(f"Recipient {recipient.pk} was forgotten: there is nobody to change.")


@transaction.atomic
def forget_recipient(recipient: Recipient, *, by: str, now: datetime) -> None:
    """Erase who they were; what was sent when stays, under the recipient's number.

    Their own words and their address go from the consent log and from what came in as well, and
    answers kept for repeated requests that name them are emptied.
    """
    address = erased_address(recipient.pk)
    cancel_pending(reason="recipient_erased", recipient=recipient)
    Consent.objects.filter(recipient=recipient).update(address=address, source="erased")
    Inbound.objects.filter(recipient=recipient).update(address=address, text="")
    empty_answers(naming=recipient.name)
    Recipient.objects.filter(pk=recipient.pk).update(
        **OTHER_PHONE,
        name=f"{ERASED}{recipient.pk}",
        address=address,
        language="",
        wants={},
        quiet_from=None,
        quiet_until=None,
        time_zone="UTC",
        gets_alerts=False,
        gets_results=False,
        is_active=False,
        opt_in_source="",
        opted_out_at=recipient.opted_out_at or now,
    )
    erase_history(recipient)
    log_recipient("erased", recipient, by=by, now=now)


def erase_history(recipient: Recipient) -> None:
    """Take their name out of Django Admin's own history, which keeps it with each change."""
    own = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Recipient), object_id=str(recipient.pk)
    )
    own.update(object_repr=f"{ERASED}{recipient.pk}")


def without_forgotten(rows: QuerySet[Recipient]) -> QuerySet[Recipient]:
    """`rows` but for those who were forgotten."""
    name = Concat(Value(ERASED), Cast("pk", CharField()))
    return rows.exclude(name=name, address=Lower(name))
