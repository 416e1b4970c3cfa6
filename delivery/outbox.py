"""Messages come in here, in the caller's transaction; the rows written are the queue."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from delivery.audience import reachable_now, wanting
from delivery.models import Delivery, Message, Pause, Recipient
from delivery.models.messages import HEEDS_QUIET_HOURS, OBEYS_PAUSE
from delivery.transitions import State, move_all
from delivery.waking import wake


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message that is still to be queued.

    `recipients` None: everybody whose filters match. Given: exactly those, filters not asked.
    Paused and opted-out recipients never, but for the answer to their own opt-in or opt-out. Under
    the kill switch the deliveries are stored as cancelled. Who has quiet hours gets it after them
    if it is good until then (`valid_until`, else `deliver_by`), unless it is `urgent`. `replies_to`
    is the key of the message it answers.
    """

    key: str
    kind: str
    title: str
    text: str
    fields: Mapping[str, Any]
    tags: Mapping[str, Any]
    deliver_by: datetime
    now: datetime
    recipients: Iterable[Recipient] | None = None
    valid_until: datetime | None = None
    urgent: bool = False
    replies_to: str = ""

    def message(self) -> Message:
        """Its row."""
        return Message(
            key=self.key,
            kind=self.kind,
            title=self.title,
            text=self.text,
            fields=dict(self.fields),
            tags=dict(self.tags),
            deliver_by=self.deliver_by,
            valid_until=self.valid_until,
            replies_to=self.replies_to,
            created_at=self.now,
        )


def queue_message(
    *,
    key: str,
    kind: str,
    title: str,
    text: str,
    fields: Mapping[str, Any],
    tags: Mapping[str, Any],
    deliver_by: datetime,
    now: datetime,
    recipients: Iterable[Recipient] | None = None,
    valid_until: datetime | None = None,
    urgent: bool = False,
    replies_to: str = "",
) -> Message:
    """The stored message of a `Draft` with these values; the second call with a key adds nothing.

    The sender is woken when the caller's transaction commits.
    """
    draft = Draft(
        key=key,
        kind=kind,
        title=title,
        text=text,
        fields=fields,
        tags=tags,
        deliver_by=deliver_by,
        now=now,
        recipients=recipients,
        valid_until=valid_until,
        urgent=urgent,
        replies_to=replies_to,
    )
    return queue_messages([draft])[0]


@transaction.atomic
def queue_messages(drafts: Sequence[Draft]) -> list[Message]:
    """The stored messages, with one delivery per recipient, in as many statements as for one."""
    before = _stored(drafts)
    new = {draft.key: draft for draft in drafts if draft.key not in before}
    try:
        with transaction.atomic():
            made = Message.objects.bulk_create(draft.message() for draft in new.values())
    except IntegrityError:  # somebody else has queued one of them just now
        if _stored(drafts).keys() == before.keys():
            raise
        return queue_messages(drafts)
    _add_deliveries(list(zip(made, new.values(), strict=True)))
    found = before | {message.key: message for message in made}
    return [found[draft.key] for draft in drafts]


@transaction.atomic
def cancel_pending(
    *,
    reason: str,
    kinds: Sequence[str] | None = None,
    recipient: Recipient | None = None,
    message: Message | None = None,
) -> int:
    """How many pending deliveries became cancelled(reason); one already being posted goes on."""
    rows = Delivery.objects.filter(state=State.PENDING)
    if kinds is not None:
        rows = rows.filter(message__kind__in=kinds)
    if recipient is not None:
        rows = rows.filter(recipient=recipient)
    if message is not None:
        rows = rows.filter(message=message)
    ids = list(rows.values_list("pk", flat=True))
    return move_all(ids, [State.PENDING], State.CANCELLED, reason=reason)


def withdraw_held(message_keys: Collection[str], reason: str) -> int:
    """How many copies that waited for the end of quiet hours are cancelled: they are over.

    Call it before `recipients_sent`, so that who never got the message hears nothing of its end.
    """
    held = _held().filter(message__key__in=message_keys)
    return move_all(
        list(held.values_list("pk", flat=True)), [State.PENDING], State.CANCELLED, reason=reason
    )


@transaction.atomic
def reschedule_held(recipient: Recipient, *, now: datetime) -> int:
    """How many held copies now wait for the end of the quiet hours as they are, or go at once."""
    over = recipient.end_of_quiet(now)
    reason = _quiet_reason(recipient, over) if over else ""
    moved = _held().filter(recipient=recipient).update(due_at=over or now, reason=reason)
    if moved:
        transaction.on_commit(wake)
    return moved


def _stored(drafts: Sequence[Draft]) -> dict[str, Message]:
    rows = Message.objects.filter(key__in=[draft.key for draft in drafts])
    return {message.key: message for message in rows}


def _add_deliveries(queued: Sequence[tuple[Message, Draft]]) -> None:
    """Store the copies of new messages; the kill switch stops those that obey it at once."""
    everybody = cache(reachable_now)  # read once, for those who name nobody
    copies = Delivery.objects.bulk_create(
        _delivery(message, recipient, draft)
        for message, draft in queued
        for recipient in _recipients(draft, everybody)
    )
    obeying = [copy.pk for copy in copies if copy.message.kind in OBEYS_PAUSE]
    if obeying and Pause.objects.filter(ended_at=None).exists():
        move_all(obeying, [State.PENDING], State.CANCELLED, reason="kill_switch")
        copies = [copy for copy in copies if copy.message.kind not in OBEYS_PAUSE]
    if copies:
        transaction.on_commit(wake)


def _recipients(draft: Draft, everybody: Callable[[], Sequence[Recipient]]) -> list[Recipient]:
    """Those it goes to, each once."""
    asked = wanting(draft.tags, everybody()) if draft.recipients is None else draft.recipients
    may_reach_all = draft.kind == Message.Kind.CONSENT
    return list({r.pk: r for r in asked if r.is_reachable or may_reach_all}.values())


def _delivery(message: Message, recipient: Recipient, draft: Draft) -> Delivery:
    """The row as it begins: due at once, or held until the recipient's quiet hours are over."""
    own = {"message": message, "recipient": recipient, "created_at": draft.now}
    heeds_quiet = draft.kind in HEEDS_QUIET_HOURS and not draft.urgent
    over = recipient.end_of_quiet(draft.now) if heeds_quiet else None
    if over is None:
        return Delivery(**own, due_at=draft.now, deliver_by=message.deliver_by)
    return Delivery(
        **own,
        due_at=over,
        deliver_by=message.valid_until or message.deliver_by,
        is_held=True,
        reason=_quiet_reason(recipient, over),
    )


def _held() -> QuerySet[Delivery]:
    """Copies that wait for the end of quiet hours, or have waited and are not taken up yet."""
    return Delivery.objects.filter(state=State.PENDING, is_held=True)


def _quiet_reason(recipient: Recipient, over: datetime) -> str:
    ends = over.astimezone(recipient.zone)
    return f"quiet hours until {ends:%H:%M} {recipient.time_zone}"
