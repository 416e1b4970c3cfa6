"""What staff change about a recipient, in a form or by a file; each change is logged."""

from datetime import datetime

from django.db import transaction

from delivery.consent import last_withdrawal, record_consent
from delivery.models import Consent, Message, Recipient
from delivery.outbox import cancel_pending, reschedule_held
from delivery.recipients import log_recipient

EDITABLE = (
    "name",
    "channel",
    "address",
    "language",
    "wants",
    "min_confidence",
    "gets_alerts",
    "gets_results",
    "quiet_from",
    "quiet_until",
    "time_zone",
    "is_active",
    "opted_in_at",
    "opt_in_source",
)
QUIET = {"quiet_from", "quiet_until", "time_zone"}
OTHER_PHONE = {  # what was learnt about the address that is no longer theirs
    "provider_address": "",
    "provider_user_id": "",
    "last_inbound_at": None,
    "free_at": None,
    "failures_in_row": 0,
    "problem": "",
}


def consent_refusal(recipient: Recipient, *, now: datetime) -> str:
    """Why this consent does not hold: not given yet, or withdrawn since; "" if it holds."""
    if recipient.opted_in_at and recipient.opted_in_at > now:
        return f"This is in the future: it is {now:%d %b %Y, %H:%M} UTC now."
    if recipient.opted_out_at is not None:
        return ""  # and so nothing is sent
    last = last_withdrawal(recipient.channel, recipient.address)
    if last is None or (recipient.opted_in_at and recipient.opted_in_at > last.at):
        return ""
    return (
        f"Whoever has this address opted out on {last.at:%d %b %Y at %H:%M} UTC ({last.source}). "
        "It takes a consent given after that: say when they agreed again, and how."
    )


@transaction.atomic
def save_recipient(recipient: Recipient, *, by: str, now: datetime) -> list[str]:
    """Store `recipient` as staff want it; the fields that changed.

    Writes those alone: a STOP that came while the form was open stays.
    """
    if recipient.pk is None:
        recipient.save()
        log_recipient("added", recipient, by=by, now=now)
        _note_opt_in(recipient)
        return list(EDITABLE)
    stored = Recipient.objects.select_for_update().get(pk=recipient.pk)
    changed = [name for name in EDITABLE if getattr(stored, name) != getattr(recipient, name)]
    if changed:
        recipient.save(update_fields=[*changed, *_forget_the_old_phone(recipient, set(changed))])
        _follow_up(recipient, set(changed), now=now)
        log_recipient("changed", recipient, by=by, now=now, payload={"changed": changed})
    return changed


@transaction.atomic
def wish_results(recipient: Recipient, wanted: bool, *, by: str, now: datetime) -> None:
    """They said themselves whether they are told how signals ended."""
    row = Recipient.objects.filter(pk=recipient.pk, gets_results=not wanted)
    if row.update(gets_results=wanted):
        recipient.gets_results = wanted
        _follow_up(recipient, {"gets_results"}, now=now)
        log_recipient("changed", recipient, by=by, now=now, payload={"changed": ["gets_results"]})


@transaction.atomic
def record_opt_out(recipient: Recipient, *, source: str, by: str, now: datetime) -> None:
    """They told somebody that they want nothing any more: nothing is sent from here on."""
    if Recipient.objects.filter(pk=recipient.pk, opted_out_at=None).update(opted_out_at=now):
        cancel_pending(reason="opted_out", recipient=recipient)
        record_consent(recipient, Consent.Action.OPT_OUT, source=source, at=now)
        log_recipient("opted_out", recipient, by=by, now=now)


@transaction.atomic
def record_opt_in(recipient: Recipient, *, source: str, by: str, now: datetime) -> None:
    """They opted out and agreed again, in the way `source` says: they are sent to again."""
    agreed = {"opted_out_at": None, "opted_in_at": now, "opt_in_source": source}
    if Recipient.objects.filter(pk=recipient.pk).exclude(opted_out_at=None).update(**agreed):
        record_consent(recipient, Consent.Action.OPT_IN, source=source, at=now)
        log_recipient("opted_in", recipient, by=by, now=now)


def _forget_the_old_phone(recipient: Recipient, changed: set[str]) -> list[str]:
    """The fields that are emptied because they were learnt about another address."""
    if not changed & {"address", "channel"}:
        return []
    for name, value in OTHER_PHONE.items():
        setattr(recipient, name, value)
    return list(OTHER_PHONE)


def _follow_up(recipient: Recipient, changed: set[str], *, now: datetime) -> None:
    """What a change means for messages that wait, and for the consent log."""
    if "is_active" in changed and not recipient.is_active:
        cancel_pending(reason="recipient_paused", recipient=recipient)
    if "gets_results" in changed and not recipient.gets_results:
        cancel_pending(reason="results_off", kinds=[Message.Kind.RESULT], recipient=recipient)
    if changed & QUIET:
        reschedule_held(recipient, now=now)
    if changed & {"opted_in_at", "opt_in_source"}:
        _note_opt_in(recipient)


def _note_opt_in(recipient: Recipient) -> None:
    if recipient.opted_in_at:
        source = recipient.opt_in_source or "not said"
        record_consent(recipient, Consent.Action.OPT_IN, source=source, at=recipient.opted_in_at)
