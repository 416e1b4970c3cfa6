import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection

from audit.log import log_event
from audit.models import Event, Seal
from audit.sealing import GENESIS, canonical, seal_pending, settled_id
from audit.verify import first_fault

AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def log(text="something happened"):
    return log_event("test.event", at=AT, text=text)


@pytest.mark.django_db
def test_seals_follow_the_events_in_order_and_build_on_each_other():
    events = [log(f"event {n}") for n in range(3)]

    assert seal_pending() == 3

    seals = list(Seal.objects.order_by("seq"))
    assert [seal.seq for seal in seals] == [1, 2, 3]
    assert [seal.event_id for seal in seals] == [event.pk for event in events]
    assert [seal.prev_hash for seal in seals] == [GENESIS, seals[0].hash, seals[1].hash]


@pytest.mark.django_db
def test_a_hash_can_be_worked_out_by_hand_from_the_published_form():
    event = log("a £ sign")
    seal_pending()

    expected = (
        f'{{"actor":"desk","at":"2026-11-18T09:30:00.000000+00:00","id":{event.pk},'
        '"kind":"test.event","payload":{},"subject":"","text":"a £ sign"}'
    )
    assert canonical(Event.objects.get()) == expected.encode()
    assert json.loads(expected)["text"] == "a £ sign"
    seal = Seal.objects.get()
    sealed_at = seal.sealed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    assert seal.hash == sha256(f"{GENESIS}{sealed_at}{expected}".encode()).hexdigest()


@pytest.mark.django_db
def test_sealing_goes_on_where_it_stopped_and_does_nothing_twice():
    for _ in range(5):
        log()

    assert [seal_pending(limit=3), seal_pending(limit=3), seal_pending(limit=3)] == [3, 2, 0]
    assert first_fault(now=AT) is None


@pytest.mark.django_db
def test_a_second_chain_cannot_start_from_the_same_seal():
    log()
    seal_pending()
    other = log()

    with pytest.raises(IntegrityError):
        Seal.objects.create(seq=2, event=other, prev_hash=GENESIS, hash="f" * 64)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite commits in id order")
def test_an_event_that_commits_after_a_later_one_is_still_sealed():
    log()
    late_id = Event.objects.latest("pk").pk + 1
    Event.objects.create(pk=late_id + 1, at=AT, kind="test.event", actor="desk", text="second")
    seal_pending()
    Event.objects.create(pk=late_id, at=AT, kind="test.event", actor="desk", text="first")

    assert seal_pending() == 1
    assert first_fault(now=AT) is None


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no grace")
def test_the_grace_for_late_commits_ends():
    events = [log(), log()]
    sealed_at = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
    for seq, event in enumerate(events, start=1):
        Seal.objects.create(
            seq=seq,
            event=event,
            prev_hash=f"{seq}" * 64,
            hash=f"{seq}a" * 32,
            sealed_at=sealed_at + seq * timedelta(minutes=3),
        )

    assert settled_id(Seal.objects.get(seq=2)) == events[0].pk
