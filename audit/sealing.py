"""The chain: each seal holds a hash over the seal before it, its own time and its event."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from audit.models import Event, Seal

GENESIS = "0" * 64  # what the first seal builds on
SEALER_LOCK = 5_236_801  # any constant: the advisory lock that makes the sealer one

# How long after taking its id an event may still commit. SQLite has one writer at a time, so
# there ids commit in order; on PostgreSQL no task of the desk lives longer than this.
LATE_COMMIT = {"sqlite": timedelta(0), "postgresql": timedelta(seconds=120)}


def seal_pending(limit: int = 1000) -> int:
    """How many events were sealed now, in id order, at most `limit`; one sealer at a time."""
    if not pending(settled_id(head())).exists():
        return 0  # nothing to do, so no lock
    with transaction.atomic():
        wait_for_sealer_lock()
        last = head()
        events = pending(settled_id(last))[:limit]
        seals = list(chain(last, events, sealed_at=database_time()))
        Seal.objects.bulk_create(seals)
    return len(seals)


def head() -> Seal | None:
    """The newest seal; None while nothing is sealed."""
    return Seal.objects.order_by("-seq").first()


def settled_id(last: Seal | None) -> int:
    """The event id up to which no honest writer can still add an event.

    An event that shows up below it was put there by somebody else: it is never sealed, and
    `verify_audit` names it.
    """
    if last is None:
        return 0
    grace = LATE_COMMIT[connection.vendor]
    settled = Seal.objects.filter(sealed_at__lte=last.sealed_at - grace).order_by("-seq").first()
    return settled.event_id if settled else 0


def waiting_since(*, before: datetime) -> datetime | None:
    """When the oldest event happened that waits for its seal; None for none `before` then."""
    waiting = pending(settled_id(head())).filter(at__lt=before)
    return waiting.values_list("at", flat=True).first()


def pending(after_id: int) -> QuerySet[Event]:
    """Committed events that have no seal yet, in id order."""
    return Event.objects.filter(pk__gt=after_id, seal=None).order_by("pk")


def chain(last: Seal | None, events: Iterable[Event], *, sealed_at: datetime) -> Iterable[Seal]:
    """One unsaved seal per event, each building on the one before."""
    seq, previous = (last.seq, last.hash) if last else (0, GENESIS)
    for event in events:
        seq += 1
        seal = Seal(seq=seq, event=event, prev_hash=previous, sealed_at=sealed_at)
        seal.hash = previous = seal_hash(previous, event, sealed_at)
        yield seal


def seal_hash(prev_hash: str, event: Event, sealed_at: datetime) -> str:
    """SHA-256 over the previous hash, the time of sealing and the event, as 64 hex digits."""
    whole = prev_hash.encode() + moment(sealed_at).encode() + canonical(event)
    return hashlib.sha256(whole).hexdigest()


def canonical(event: Event) -> bytes:
    """The event as JSON with sorted keys and no spaces: the same bytes wherever it is read.

    Half a character, which JSON can hold and UTF-8 cannot, must not stop the sealer: it passes.
    """
    fields = {
        "id": event.pk,
        "at": moment(event.at),
        "kind": event.kind,
        "actor": event.actor,
        "subject": event.subject,
        "text": event.text,
        "payload": event.payload,
    }
    whole = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return whole.encode(errors="surrogatepass")


def moment(at: datetime) -> str:
    """A time as it is hashed: ISO-8601, UTC, with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def database_time() -> datetime:
    """Now by the database's clock, the one all machines of a desk share."""
    if connection.vendor == "sqlite":  # its clock is this machine's
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
    return at


def wait_for_sealer_lock() -> None:
    """Hold the only sealer's place until commit; SQLite's IMMEDIATE transaction is one already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER_LOCK])
