"""The desk as it stands, for programs: signals, deliveries with their attempts, the log's head."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Prefetch

from access.times import iso
from audit.sealing import head
from delivery.models import Attempt, Delivery, Message, Recipient
from signals.messages import signal_json
from signals.models import Signal

Json = dict[str, Any]

# One reading of everything, without holding up anybody who writes
BEGIN = {
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "sqlite": "BEGIN DEFERRED",  # Django's own would take the only writer's place
}
CHUNK = 500  # rows held in memory at once


@contextmanager
def snapshot() -> Iterator[None]:
    """Inside, every query sees the database as it was at the first one."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN[connection.vendor])
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def state_json() -> Iterator[str]:
    """One JSON object in pieces, in constant memory; holds no secret and no whole address."""
    with snapshot():
        yield '{"audit": ' + json.dumps(_audit())
        for name, rows in _sections():
            yield f',\n"{name}": ['
            for number, row in enumerate(rows):
                yield (",\n" if number else "\n") + json.dumps(row, ensure_ascii=False)
            yield "]"
        yield "}\n"


def _sections() -> Iterator[tuple[str, Iterable[Json]]]:
    signals = Signal.objects.for_reading().order_by("pk").iterator(CHUNK)
    yield "signals", map(_signal, signals)
    yield "messages", map(_message, Message.objects.order_by("pk").iterator(CHUNK))
    yield "recipients", map(_recipient, Recipient.objects.order_by("pk").iterator(CHUNK))
    attempts = Prefetch("attempts", Attempt.objects.select_related("post").order_by("pk"))
    deliveries = Delivery.objects.select_related("message", "recipient", "post").order_by("pk")
    yield "deliveries", map(_delivery, deliveries.prefetch_related(attempts).iterator(CHUNK))


def _audit() -> Json | None:
    last = head()
    return {"seq": last.seq, "hash": last.hash, "sealed_at": iso(last.sealed_at)} if last else None


def _signal(signal: Signal) -> Json:
    return signal_json(signal) | {"run": signal.run_id, "config": signal.config_id}


def _message(message: Message) -> Json:
    return {
        "key": message.key,
        "kind": message.kind,
        "text": message.text,
        "created_at": iso(message.created_at),
        "deliver_by": iso(message.deliver_by),
    }


def _recipient(recipient: Recipient) -> Json:
    return {
        "id": recipient.pk,
        "channel": recipient.channel,
        "address": recipient.masked_address,
        "is_reachable": recipient.is_reachable,
    }


def _delivery(delivery: Delivery) -> Json:
    times = ("created_at", "due_at", "deliver_by", "sending_at", "sent_at", "delivered_at")
    return {
        "id": str(delivery.public_id),
        "message": delivery.message.key,
        "recipient": delivery.recipient_id,
        "channel": delivery.recipient.channel,
        "state": delivery.state,
        "reason": delivery.reason,
        **{name: _time(getattr(delivery, name)) for name in (*times, "read_at")},
        "provider_id": delivery.post.provider_id if delivery.post else "",
        "attempts": [_attempt(attempt) for attempt in delivery.attempts.all()],
    }


def _attempt(attempt: Attempt) -> Json:
    return {
        "at": iso(attempt.at),
        "outcome": attempt.outcome,
        "code": attempt.code,
        "post": attempt.post_id,
        "provider_id": attempt.post.provider_id,
    }


def _time(at: datetime | None) -> str | None:
    return iso(at) if at else None
