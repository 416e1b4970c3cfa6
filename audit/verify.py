"""Reads the whole chain and says where it first breaks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.heads import Head, heads_told, unlike
from audit.models import Event, Seal
from audit.sealing import GENESIS, head, pending, seal_hash, settled_id
from audit.stored import ill_stored, ill_written, last_id, missing_id

CHUNK = 2000  # seals read at a time
# A task of the desk lives for two minutes at most and the sealer looks every second: what waits
# longer, waits for a sealer that does not run
UNSEALED_AFTER = timedelta(minutes=5)

Link = tuple[Seal, Event | None]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One broken place.

    `kind`: edited, deleted, inserted, reordered, cut, rewritten; or unsealed, which is no tampering
    yet, but nothing would show it.
    """

    kind: str
    event_id: int | None
    seq: int | None
    text: str


def first_fault(*, now: datetime, heads: Sequence[Head] = ()) -> Fault | None:
    """The fault with the lowest event id; None when the log is whole and fits all `heads`.

    A break inside the chain comes before what only shows at its end or against a kept head.
    """
    if unreadable := _ill_stored_row():
        return unreadable
    inside = [f for f in (_chain_fault(), _inserted_event(), _missing_event()) if f]
    if inside:
        return min(inside, key=lambda fault: fault.event_id or 0)
    told = (*heads, *heads_told())
    return _cut_tail() or _unlike_head(told) or _unsealed_event(now)


def _ill_stored_row() -> Fault | None:
    event_id = ill_stored()
    if event_id is None:
        return None
    text = f"Event {event_id} or its seal was edited: it is stored as the desk never stores one."
    return _fault("edited", event_id, None, text)


def _chain_fault() -> Fault | None:
    previous, expected_seq = GENESIS, 1
    for links in _chunks():
        for seal, event in links:
            fault = _link_fault(seal, event, previous=previous, expected_seq=expected_seq)
            if fault:
                return fault
            previous, expected_seq = seal.hash, seal.seq + 1
        if event_id := ill_written([event for _, event in links if event]):
            text = f"Event {event_id} was edited: its details are written as the desk never does."
            return _fault("edited", event_id, None, text)
    return None


def _chunks() -> Iterator[list[Link]]:
    last_seq: int | None = None
    while True:
        seals = Seal.objects.order_by("seq")
        page = list((seals if last_seq is None else seals.filter(seq__gt=last_seq))[:CHUNK])
        if not page:
            return
        events = Event.objects.in_bulk([seal.event_id for seal in page])
        yield [(seal, events.get(seal.event_id)) for seal in page]
        last_seq = page[-1].seq


def _link_fault(
    seal: Seal, event: Event | None, *, previous: str, expected_seq: int
) -> Fault | None:
    if seal.seq != expected_seq:
        return _fault("deleted", None, expected_seq, f"Seal {expected_seq} was deleted.")
    if event is None:
        return _fault(
            "deleted", seal.event_id, seal.seq, f"Event {seal.event_id} was deleted after sealing."
        )
    if seal.prev_hash != previous:
        return _broken_link(seal, previous)
    if seal.hash != seal_hash(previous, event, seal.sealed_at):
        return _changed_event(seal, event, previous)
    return None


def _broken_link(seal: Seal, previous: str) -> Fault:
    moved = Seal.objects.filter(prev_hash=previous).exclude(pk=seal.pk).first()
    if moved:
        text = f"Seals {seal.seq} and {moved.seq} were reordered."
        return _fault("reordered", seal.event_id, seal.seq, text)
    text = f"Seal {seal.seq} does not build on the one before it: it was edited or put in."
    return _fault("edited", seal.event_id, seal.seq, text)


def _changed_event(seal: Seal, event: Event, previous: str) -> Fault:
    nearby = Event.objects.filter(pk__gt=event.pk - CHUNK, pk__lt=event.pk + CHUNK)
    if belongs := _sealed_here(seal, nearby.exclude(pk=event.pk), previous):
        text = f"Event {event.pk} stands where event {belongs.pk} was sealed: they were reordered."
        return _fault("reordered", event.pk, seal.seq, text)
    text = f"Event {event.pk} ({event.kind}) or its seal was edited after sealing."
    return _fault("edited", event.pk, seal.seq, text)


def _sealed_here(seal: Seal, events: Iterable[Event], previous: str) -> Event | None:
    return next((e for e in events if seal_hash(previous, e, seal.sealed_at) == seal.hash), None)


def _inserted_event() -> Fault | None:
    event = Event.objects.filter(pk__lte=settled_id(head()), seal=None).order_by("pk").first()
    if event is None:
        return None
    text = f"Event {event.pk} ({event.kind}) was inserted into the past: it was never sealed."
    return _fault("inserted", event.pk, None, text)


def _missing_event() -> Fault | None:
    event_id = missing_id()
    if event_id is None:
        return None
    text = f"Event {event_id} was deleted: SQLite gives ids without a gap."
    return _fault("deleted", event_id, None, text)


def _cut_tail() -> Fault | None:
    """SQLite counts ids without gaps, so a missing end shows; elsewhere a kept head shows it."""
    given = last_id()
    if given is None:
        return None
    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if given > last:
        text = f"Events {last + 1} to {given} were cut from the end."
    elif given < last:
        text = f"The count of events was set back to {given}: what came after {last} may be cut."
    else:
        return None
    return _fault("cut", last + 1, None, text)


def _unlike_head(heads: Sequence[Head]) -> Fault | None:
    """What a head kept outside the database shows: a cut end, or a chain written anew."""
    lost, fits = unlike(heads)
    if lost is None:
        return None
    last = head()
    known = f"seal {lost.seq} of the head kept on {lost.day}"
    if last is None or last.seq < lost.seq:
        first = last.seq + 1 if last else 1
        text = f"Seals {first} to {lost.seq} were cut from the end: {known} is gone."
        return _fault("cut", None, first, text)
    since = fits.seq + 1 if fits else 1
    text = f"Seals {since} to {lost.seq}, or some of them, were written anew: {known} has another "
    return _fault("rewritten", None, since, f"{text}hash now.")


def _unsealed_event(now: datetime) -> Fault | None:
    waiting = pending(settled_id(head())).filter(at__lt=now - UNSEALED_AFTER)
    oldest = waiting.first()
    if oldest is None:
        return None
    many = f"{waiting.count()} events wait for their seal, the first"
    text = f"{many} event {oldest.pk} of {oldest.at:%Y-%m-%d %H:%M} UTC: nobody seals."
    return _fault("unsealed", oldest.pk, None, text)


def _fault(kind: str, event_id: int | None, seq: int | None, text: str) -> Fault:
    return Fault(kind=kind, event_id=event_id, seq=seq, text=text)
