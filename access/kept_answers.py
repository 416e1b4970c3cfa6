"""Answers kept for a day: one for each key a caller chose, stored with what the request did."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError, connection

from access.errors import DeskError
from access.models import KeptAnswer

KEPT_FOR = timedelta(days=1)
SWEPT_AFTER = KEPT_FOR + timedelta(hours=1)  # later, so that no answer goes while it is read
LONGEST_WAIT = "5s"  # for the first request with the same key
LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's name for the end of that wait


@dataclass(frozen=True)
class Asked:
    """One request: who sent it, under which key, and what it says."""

    caller: str
    key: str
    request_hash: str


def claim(asked: Asked, *, now: datetime) -> KeptAnswer:
    """The answer kept for `asked`, or a row without `status` that the caller's transaction fills.

    Whoever comes while the first is being answered waits for its transaction to end. Raises
    DeskError when the key was used for another request, or when the wait gets too long.
    """
    rows = KeptAnswer.objects.filter(caller=asked.caller, key=asked.key)
    new = KeptAnswer(**vars(asked), created_at=now)
    with _bounded_wait():
        rows.filter(created_at__lte=now - KEPT_FOR).delete()
        KeptAnswer.objects.bulk_create([new], ignore_conflicts=True)
    kept = rows.get()
    if kept.request_hash != asked.request_hash:
        raise DeskError(
            "IDEMPOTENCY_KEY_REUSED",
            "This Idempotency-Key was used for another request: choose a new key for each.",
            status=422,
        )
    return kept


def keep(kept: KeptAnswer, *, status: int, body: str) -> None:
    """Fill the claimed row; it commits with what the request did, or not at all."""
    kept.status, kept.body = status, body
    kept.save(update_fields=["status", "body"])


def empty_answers(*, naming: str) -> None:
    """Forget what was said of somebody, for whom a day is too long; repeats still do nothing."""
    said = f'"name":{json.dumps(naming, ensure_ascii=False)}'
    KeptAnswer.objects.filter(body__contains=said).update(body="")


def forget_answers(*, now: datetime) -> int:
    """How many answers were over a day old and are gone."""
    return KeptAnswer.objects.filter(created_at__lt=now - SWEPT_AFTER).delete()[0]


@contextmanager
def _bounded_wait() -> Iterator[None]:
    """PostgreSQL waits LONGEST_WAIT for a lock; SQLite as long as for any other."""
    if connection.vendor != "postgresql":
        yield
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'")
            yield
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        raise DeskError(
            "IN_PROGRESS",
            "The first request with this Idempotency-Key is still being answered: ask again.",
            status=409,
            wait=1,
        ) from None
