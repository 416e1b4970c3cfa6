"""Callbacks are stored as they came, then acted on; dying in between loses none of them."""

import hashlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

import structlog
from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet

from audit.log import log_event
from delivery.callbacks import telegram, whatsapp
from delivery.callbacks.inbound import note_gone, note_moved, take_words
from delivery.callbacks.incoming import Gone, Item, Moved, Report, Unreadable, Words
from delivery.callbacks.posts import NotYet
from delivery.callbacks.statuses import apply_orphans, apply_report, unheard
from delivery.models import Callback

READERS: dict[str, Callable[[str], list[Item]]] = {
    "whatsapp": whatsapp.read,
    "telegram": telegram.read,
}
BATCH = 500
BROKE = "Our code broke"
LEASE = timedelta(seconds=30)  # of a reader on one callback; a dead one's is read again then
ASK_AGAIN = timedelta(seconds=5)  # for what could not be told yet
TURN_SECONDS = 5.0  # then other tasks run; the next wake-up or sweep goes on

log = structlog.get_logger(__name__)
_one_reader = Lock()  # in one process: a second one would only do the same again


def keep(channel: str, body: bytes, *, now: datetime) -> Callback:
    """The stored callback; the same bytes a second time are the first one's row."""
    text = body.decode(errors="replace").replace("\0", "")
    digest = hashlib.sha256(body).hexdigest()
    callback, _ = Callback.objects.get_or_create(
        channel=channel, digest=digest, defaults={"body": text, "received_at": now}
    )
    return callback


def says_words(callback: Callback) -> bool:
    """Whether it holds more than reports, such as a STOP, which must not wait for a worker."""
    try:
        items = READERS[callback.channel](callback.body)
    except Unreadable:
        return False
    return not all(isinstance(item, Report) for item in items)


def act_on_waiting(*, now: datetime) -> bool:
    """Act on stored callbacks, oldest first, for one turn; True when it is worth going on."""
    if not _one_reader.acquire(blocking=False):
        return False
    stop_at = time.monotonic() + TURN_SECONDS
    try:
        for pk in list(free(now=now).order_by("pk").values_list("pk", flat=True)[:BATCH]):
            act_on_stored(pk, now=now)
            if time.monotonic() > stop_at:
                break
        apply_orphans(now=now)
        return free(now=now).exists()
    except (OperationalError, InterfaceError):
        log.exception("callbacks.put_off")  # a busy database: the next sweep goes on
        return False
    finally:
        _one_reader.release()


def free(*, now: datetime) -> QuerySet[Callback]:
    """Callbacks nobody has acted on and no reader is at."""
    is_free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    return Callback.objects.filter(is_free, processed_at=None)


def act_on_stored(pk: int, *, now: datetime) -> None:
    """Act on one stored callback, unless another reader is at it."""
    if free(now=now).filter(pk=pk).update(claimed_until=now + LEASE):
        act_on(Callback.objects.get(pk=pk), now=now)
        put_off = Callback.objects.filter(pk=pk, processed_at=None)
        put_off.update(claimed_until=now + ASK_AGAIN)


def act_on(callback: Callback, *, now: datetime) -> None:
    """Do what `callback` says; done twice, or by two at once, it has one effect."""
    if callback.processed_at is not None:
        return
    try:
        items = READERS[callback.channel](callback.body)
    except Unreadable as error:
        return _finish(callback, error=f"Unreadable: {error}", now=now)
    fresh = unheard(callback.channel, items)
    results = [_act(item, callback, now=now) for item in fresh]
    if None not in results:
        _finish(callback, error="; ".join(filter(None, results)), now=now)


def _act(item: Item, callback: Callback, *, now: datetime) -> str | None:
    """What went wrong with `item`, "" if nothing did, None if it must wait a little.

    One that breaks is recorded and does not take a STOP behind it along.
    """
    channel, received_at = callback.channel, callback.received_at
    try:
        match item:
            case Report():
                apply_report(channel, item, received_at=received_at, now=now)
            case Words():
                take_words(channel, item, received_at=received_at, now=now)
            case Moved():
                note_moved(channel, item, now=now)
            case Gone():
                note_gone(channel, item, now=now)
    except NotYet:
        return None
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("callback.broke", callback=callback.pk)
        return f"{BROKE}: {type(error).__name__}"
    return ""


def _finish(callback: Callback, *, error: str, now: datetime) -> None:
    """Its body, which holds personal data, is not kept, unless people must read what was lost."""
    row = Callback.objects.filter(pk=callback.pk, processed_at=None)
    body = callback.body if BROKE in error else ""
    if row.update(processed_at=now, body=body, error=error[:300]) and error:
        log_event(
            "callback.failed",
            at=now,
            subject=f"callback:{callback.pk}",
            text=f"A callback of {callback.channel} could not be acted on. {error}",
        )
