"""Who agreed to be written to and who withdrew: the newest word of a recipient counts, at once."""

from datetime import datetime, timedelta

from django.db import transaction

from audit.log import log_event
from delivery.consent_texts import agreed_text, withdrawn_text
from delivery.models import Consent, Message, Recipient
from delivery.outbox import cancel_pending, queue_message

CONFIRMATION_LIFE = timedelta(hours=1)

Action = Consent.Action


@transaction.atomic
def withdraw(
    recipient: Recipient, *, source: str, at: datetime, now: datetime, language: str = ""
) -> bool:
    """True if they were opted in and, from now on, nothing but one confirmation is sent to them.

    What waits for them is cancelled; what is claimed is stopped before it is posted.
    """
    fresh = _locked(recipient)
    if fresh.opted_out_at is not None or _changed_mind_since(fresh, Action.OPT_OUT, at):
        return False
    fresh.opted_out_at = at
    fresh.save(update_fields=["opted_out_at"])
    cancelled = cancel_pending(reason="opted_out", recipient=fresh)
    consent = record_consent(fresh, Action.OPT_OUT, source=source, at=at)
    _log(consent, "opted out", now=now, cancelled=cancelled)
    _confirm(consent, withdrawn_text(fresh.language or language), now=now)
    return True


@transaction.atomic
def agree(
    recipient: Recipient, *, source: str, at: datetime, now: datetime, language: str = ""
) -> bool:
    """True if they had withdrawn, or never agreed, and now are written to again."""
    fresh = _locked(recipient)
    is_in = fresh.opted_in_at is not None and fresh.opted_out_at is None
    if is_in or _changed_mind_since(fresh, Action.OPT_IN, at):
        return False
    fresh.opted_in_at, fresh.opted_out_at, fresh.opt_in_source = at, None, source
    fresh.save(update_fields=["opted_in_at", "opted_out_at", "opt_in_source"])
    consent = record_consent(fresh, Action.OPT_IN, source=source, at=at)
    _log(consent, "opted in", now=now)
    text = agreed_text(fresh.language or language, is_active=fresh.is_active)
    _confirm(consent, text, now=now)
    return True


def greet(recipient: Recipient, *, key: str, now: datetime, language: str = "") -> None:
    """Tell somebody who is in already what they get: a START is never met with silence."""
    text = agreed_text(recipient.language or language, is_active=recipient.is_active)
    _say(recipient, text, key=key, title="Opted in", now=now)


@transaction.atomic
def let_in(
    channel: str, address: str, *, name: str, source: str, at: datetime, now: datetime
) -> Recipient:
    """A stranger who asked for messages: kept, but sent nothing more until staff resume them."""
    stranger = Recipient.objects.create(
        name=name or address,
        channel=channel,
        address=address,
        is_active=False,
        opted_in_at=at,
        opt_in_source=source,
    )
    consent = record_consent(stranger, Action.OPT_IN, source=source, at=at)
    _log(consent, "asks to be let in: Resume them in the admin, or leave them", now=now)
    _confirm(consent, agreed_text("", is_active=False), now=now)
    return stranger


def note_stranger(channel: str, address: str, action: str, *, source: str, at: datetime) -> None:
    """Nobody we know: kept, so that it is honoured once somebody adds this address."""
    newest = Consent.objects.filter(channel=channel, address=address).order_by("at", "pk").last()
    if newest is None or (newest.action != action and newest.at <= at):
        facts = {"channel": channel, "address": address, "source": source, "at": at}
        Consent.objects.create(action=action, **facts)


def last_withdrawal(channel: str, address: str) -> Consent | None:
    """The opt-out in force for this address, whoever it belongs to; None when there is none."""
    known = Consent.objects.filter(channel=channel, address=address)
    newest = known.order_by("at", "pk").last()
    return newest if newest is not None and newest.action == Action.OPT_OUT else None


def record_consent(recipient: Recipient, action: str, *, source: str, at: datetime) -> Consent:
    """The new line of the consent log."""
    return Consent.objects.create(
        recipient=recipient,
        channel=recipient.channel,
        address=recipient.address,
        action=action,
        source=source[:120],
        at=at,
    )


def _locked(recipient: Recipient) -> Recipient:
    return Recipient.objects.select_for_update().get(pk=recipient.pk)


def _changed_mind_since(recipient: Recipient, action: str, at: datetime) -> bool:
    """Whether a later word than this one, which came late, says the opposite."""
    return recipient.consents.filter(at__gt=at).exclude(action=action).exists()


def _log(consent: Consent, what: str, *, now: datetime, **payload: int) -> None:
    log_event(
        "recipient.opted_out" if consent.action == Action.OPT_OUT else "recipient.opted_in",
        at=now,
        actor=f"recipient:{consent.recipient_id}",
        subject=f"recipient:{consent.recipient_id}",
        text=f"Recipient {consent.recipient_id} {what} ({consent.source}).",
        payload=payload,
    )


def _confirm(consent: Consent, text: str, *, now: datetime) -> None:
    """One answer, which reaches also whoever just opted out."""
    if consent.recipient is not None:
        key, title = f"consent:{consent.pk}", consent.get_action_display()
        _say(consent.recipient, text, key=key, title=title, now=now)


def _say(recipient: Recipient, text: str, *, key: str, title: str, now: datetime) -> None:
    queue_message(
        key=key,
        kind=Message.Kind.CONSENT,
        title=title,
        text=text,
        fields={},
        tags={},
        deliver_by=now + CONFIRMATION_LIFE,
        now=now,
        recipients=[recipient],
    )
