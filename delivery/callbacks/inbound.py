"""What people write to the desk: STOP and START are done at once, questions are kept to answer."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q

from delivery.callbacks.incoming import Gone, Moved, Words, plausible
from delivery.callbacks.keywords import RESULTS_WORDS, Asked, Command, asked_for
from delivery.channels.registry import CHANNELS
from delivery.consent import agree, greet, let_in, note_stranger, withdraw
from delivery.models import Consent, Inbound, Recipient
from delivery.reachability import disable, move_to_address
from delivery.recipient_edits import wish_results
from delivery.waking import ANSWER_COMMANDS, wake

JOINED = "wrote /start"
GREET_AGAIN = timedelta(minutes=10)
MOST_STRANGERS = 100  # who wait to be let in; more would only be a flood


@transaction.atomic
def take_words(channel: str, words: Words, *, received_at: datetime, now: datetime) -> None:
    """Store a message and do what it asks for; the same message twice has one effect."""
    at = plausible(words.at, now=received_at)
    asked = asked_for(words.text) or asked_for(words.payload)
    writers = known_as(channel, words.address, words.user_id, words.alias)
    inbound, is_new = Inbound.objects.get_or_create(
        channel=channel,
        provider_id=words.provider_id,
        defaults={
            "recipient": writers[0] if writers else None,
            "address": words.address or words.user_id,
            "text": words.text,
            "command": asked.command if asked else "",
            "received_at": at,
        },
    )
    if not is_new:
        return
    for writer in writers:
        _note_presence(writer, words, at=at)
    if asked is None:
        return
    if writers:
        _obey(asked, inbound, writers, now=now)
    else:
        _obey_stranger(asked, inbound, words, now=now)


@transaction.atomic
def note_moved(channel: str, moved: Moved, *, now: datetime) -> None:
    """Their messages go to the new address."""
    for recipient in known_as(channel, moved.address, moved.user_id):
        move_to_address(recipient, moved.new_address, now=now)


@transaction.atomic
def note_gone(channel: str, gone: Gone, *, now: datetime) -> None:
    """Nothing is sent to who blocked us, until staff resume them."""
    for recipient in known_as(channel, gone.address):
        disable(recipient, gone.reason, now=now)


def known_as(channel: str, address: str, user_id: str = "", alias: str = "") -> list[Recipient]:
    """Every recipient this may be, by address or by the provider's own id, likeliest first."""
    is_them = Q()
    if address:
        is_them |= Q(address=address) | Q(provider_address=address)
    if alias:
        is_them |= Q(address__iexact=alias)
    if user_id:
        is_them |= Q(provider_user_id=user_id)
    if not is_them:
        return []
    found = Recipient.objects.filter(is_them, channel=channel).order_by("pk")
    return sorted(found, key=lambda recipient: recipient.address != address)


def _note_presence(recipient: Recipient, words: Words, *, at: datetime) -> None:
    """When they last wrote, which opens WhatsApp's window, and how the provider calls them."""
    row = Recipient.objects.filter(pk=recipient.pk)
    row.filter(Q(last_inbound_at=None) | Q(last_inbound_at__lt=at)).update(last_inbound_at=at)
    if words.user_id and recipient.provider_user_id != words.user_id:
        row.update(provider_user_id=words.user_id)
    if words.address and words.address not in (recipient.address, recipient.provider_address):
        row.update(provider_address=words.address)


def _obey(asked: Asked, inbound: Inbound, writers: list[Recipient], *, now: datetime) -> None:
    at, language = inbound.received_at, asked.language
    source = f"wrote {asked.command.upper()}"
    match asked.command:
        case Command.STOP:
            for writer in writers:
                withdraw(writer, source=source, at=at, now=now, language=language)
        case Command.START:
            if not agree(writers[0], source=source, at=at, now=now, language=language):
                _greet(writers[0], inbound, language=language, now=now)
        case Command.RESULTS_ON | Command.RESULTS_OFF:
            for writer in writers:
                _wish(writer, inbound, now=now)
            transaction.on_commit(partial(wake, ANSWER_COMMANDS))
        case _:
            transaction.on_commit(partial(wake, ANSWER_COMMANDS))


def _wish(writer: Recipient, inbound: Inbound, *, now: datetime) -> None:
    """Whether they are told how signals ended; a word that came late yields to a newer one."""
    newer = Inbound.objects.filter(channel=inbound.channel, address=inbound.address)
    newer = newer.filter(command__in=RESULTS_WORDS, received_at__gt=inbound.received_at)
    if not newer.exists():
        wants = inbound.command == Command.RESULTS_ON
        wish_results(writer, wants, by=f"recipient:{writer.pk}", now=now)


def _greet(writer: Recipient, inbound: Inbound, *, language: str, now: datetime) -> None:
    """An answer to a START that changes nothing; more than one in ten minutes is not answered."""
    earlier = writer.inbound.filter(command=Command.START).exclude(pk=inbound.pk)
    if not earlier.filter(received_at__gt=inbound.received_at - GREET_AGAIN).exists():
        greet(writer, key=f"greeting:{inbound.pk}", language=language, now=now)


def _obey_stranger(asked: Asked, inbound: Inbound, words: Words, *, now: datetime) -> None:
    """Somebody who is no recipient: a STOP is kept, a START is a wish to become one."""
    channel, at = inbound.channel, inbound.received_at
    match asked.command:
        case Command.STOP:
            action, source = Consent.Action.OPT_OUT, "wrote STOP"
            note_stranger(channel, inbound.address, action, source=source, at=at)
        case Command.START if words.may_join:
            _welcome(inbound, words, now=now)
        case Command.START:
            action, source = Consent.Action.OPT_IN, "wrote START"
            note_stranger(channel, inbound.address, action, source=source, at=at)


def _welcome(inbound: Inbound, words: Words, *, now: datetime) -> None:
    waiting = Recipient.objects.filter(is_active=False, opt_in_source=JOINED)
    if inbound.channel not in CHANNELS or waiting.count() >= MOST_STRANGERS:
        return
    inbound.recipient = let_in(
        inbound.channel,
        words.address,
        name=words.name,
        source=JOINED,
        at=inbound.received_at,
        now=now,
    )
    inbound.save(update_fields=["recipient"])
