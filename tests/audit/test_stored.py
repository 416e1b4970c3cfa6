"""What only SQLite's file can hold: rows whose bytes changed and whose hash did not."""

import pytest
from django.db import connection

from audit.log import log_event
from audit.models import Event
from audit.sealing import seal_pending
from audit.verdict import TAMPERED, judge
from tests.audit.test_verify import AT, first_fault, run

only_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="its types refuse this")


@only_sqlite
@pytest.mark.parametrize(
    "change",
    [
        "at = 'yesterday'",
        "at = replace(at, ' ', 'T')",
        "at = at || '+00:00'",
        "kind = CAST(kind AS BLOB)",
        "text = CAST(text AS BLOB)",
        "payload = '{}}'",
        "payload = '{ }'",
    ],
)
def test_a_row_stored_as_the_desk_never_does_is_named_not_stumbled_over(events, change):
    run("PRAGMA ignore_check_constraints = ON")
    run(f"UPDATE audit_event SET {change} WHERE id = %s", events[4].pk)  # noqa: S608
    run("PRAGMA ignore_check_constraints = OFF")

    verdict = judge((), now=AT)

    assert (verdict.code, verdict.fault.event_id) == (TAMPERED, events[4].pk)


@only_sqlite
def test_details_with_a_key_twice_are_named_though_they_hash_the_same(events):
    told = log_event("test.event", at=AT, text="sold", payload={"action": "SELL", "lots": 1.5})
    seal_pending()
    twice = '{"action": "BUY", "action": "SELL", "lots": 1.5}'
    run("UPDATE audit_event SET payload = %s WHERE id = %s", twice, told.pk)

    assert Event.objects.get(pk=told.pk).payload == told.payload
    assert (first_fault().kind, first_fault().event_id) == ("edited", told.pk)


@only_sqlite
def test_an_end_cut_with_its_seals_is_named_even_after_the_desk_went_on(events):
    run("DELETE FROM audit_seal WHERE seq > 8")
    run("DELETE FROM audit_event WHERE id > %s", events[7].pk)
    log_event("test.event", at=AT, text="business as usual")
    seal_pending()

    fault = first_fault()

    assert (fault.kind, fault.event_id) == ("deleted", events[8].pk)


@only_sqlite
def test_an_event_taken_away_before_it_was_sealed_is_named(events):
    gone = log_event("test.event", at=AT, text="the kill switch went off")
    log_event("test.event", at=AT, text="and on")
    run("DELETE FROM audit_event WHERE id = %s", gone.pk)
    seal_pending()

    assert (first_fault().kind, first_fault().event_id) == ("deleted", gone.pk)


@only_sqlite
@pytest.mark.parametrize("sql", ["DELETE FROM sqlite_sequence", "UPDATE sqlite_sequence SET seq=1"])
def test_a_count_of_events_set_back_is_named(events, sql):
    run(f"{sql} WHERE name = 'audit_event'")

    assert first_fault().kind == "cut"


@only_sqlite
def test_half_a_character_does_not_stop_the_sealer(events):
    log_event("test.event", at=AT, text="half", payload={"name": "\ud83d"})

    assert seal_pending() == 1
    assert first_fault() is None
