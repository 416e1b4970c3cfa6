from datetime import UTC, datetime

import pytest
from django.db import connection

from audit.log import log_event
from audit.models import Event, Seal
from audit.sealing import seal_pending
from audit.verify import UNSEALED_AFTER
from audit.verify import first_fault as first_fault_at

AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def first_fault():
    return first_fault_at(now=AT)


def run(sql, *params):
    """Change the log behind the application's back."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_keys = OFF")
        else:
            cursor.execute("SET session_replication_role = replica")  # foreign keys off
        cursor.execute(sql, params)
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_keys = ON")
        else:
            cursor.execute("SET session_replication_role = DEFAULT")


def test_an_untouched_log_is_whole(events):
    assert first_fault() is None


@pytest.mark.parametrize("column", ["kind", "actor", "subject", "text"])
def test_an_edited_event_is_named(events, column):
    run(f"UPDATE audit_event SET {column} = 'x' WHERE id = %s", events[4].pk)  # noqa: S608

    fault = first_fault()

    assert (fault.kind, fault.event_id, fault.seq) == ("edited", events[4].pk, 5)


def test_an_edited_time_or_payload_is_named(events):
    Event.objects.filter(pk=events[7].pk).update(payload={"sl": "1.08"})
    assert first_fault().event_id == events[7].pk

    Event.objects.filter(pk=events[2].pk).update(at=AT.replace(minute=31))
    assert first_fault().event_id == events[2].pk


def test_an_edited_time_of_sealing_is_named(events):
    Seal.objects.filter(seq=6).update(sealed_at=AT)

    fault = first_fault()

    assert (fault.kind, fault.event_id, fault.seq) == ("edited", events[5].pk, 6)


def test_a_deleted_event_is_named(events):
    run("DELETE FROM audit_event WHERE id = %s", events[3].pk)

    fault = first_fault()

    assert (fault.kind, fault.event_id) == ("deleted", events[3].pk)


def test_an_event_deleted_with_its_seal_is_named(events):
    run("DELETE FROM audit_seal WHERE seq = 4")
    run("DELETE FROM audit_event WHERE id = %s", events[3].pk)

    fault = first_fault()

    assert (fault.kind, fault.seq) == ("deleted", 4)


def test_swapped_events_are_named(events):
    first, second = events[3].pk, events[4].pk
    run("UPDATE audit_seal SET event_id = 0 WHERE event_id = %s", first)
    run("UPDATE audit_seal SET event_id = %s WHERE event_id = %s", first, second)
    run("UPDATE audit_seal SET event_id = %s WHERE event_id = 0", second)

    fault = first_fault()

    assert (fault.kind, fault.seq) == ("reordered", 4)
    assert str(first) in fault.text
    assert str(second) in fault.text


def test_swapped_seals_are_named(events):
    for old, new in ((4, 99), (5, 4), (99, 5)):
        run("UPDATE audit_seal SET seq = %s WHERE seq = %s", new, old)

    fault = first_fault()

    assert (fault.kind, fault.seq) == ("reordered", 4)


def test_an_event_put_into_the_past_is_never_sealed_and_named(events):
    if connection.vendor == "postgresql":  # the grace for late commits has passed
        Seal.objects.filter(seq__lte=5).update(sealed_at=AT)
    Event.objects.create(pk=-1, at=AT, kind="test.event", actor="desk", text="slipped in")

    assert seal_pending() == 0
    fault = first_fault()
    assert (fault.kind, fault.event_id) == ("inserted", -1)


def test_an_event_put_in_with_a_seal_of_its_own_is_named(events):
    made = Event.objects.create(at=AT, kind="test.event", actor="desk", text="put in")
    for seq in range(10, 5, -1):
        run("UPDATE audit_seal SET seq = %s WHERE seq = %s", seq + 1, seq)
    Seal.objects.create(seq=6, event=made, prev_hash="d" * 64, hash="e" * 64, sealed_at=AT)

    fault = first_fault()

    assert (fault.kind, fault.seq) == ("reordered", 6)
    assert fault.event_id == made.pk


def test_a_forged_seal_is_named(events):
    run("UPDATE audit_seal SET prev_hash = %s WHERE seq = 6", "e" * 64)

    fault = first_fault()

    assert (fault.kind, fault.seq) == ("edited", 6)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's ids have honest gaps")
def test_a_cut_end_is_named(events):
    run("DELETE FROM audit_seal WHERE seq > 8")
    run("DELETE FROM audit_event WHERE id > %s", events[7].pk)

    fault = first_fault()

    assert (fault.kind, fault.event_id) == ("cut", events[8].pk)


def test_events_nobody_seals_are_told_from_events_put_in(events):
    late = log_event("test.event", at=AT, text="the sealer is gone")

    assert first_fault_at(now=AT + UNSEALED_AFTER) is None
    fault = first_fault_at(now=AT + UNSEALED_AFTER * 2)
    assert (fault.kind, fault.event_id) == ("unsealed", late.pk)
