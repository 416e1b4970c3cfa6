"""Heads kept outside the database, and what they show that the database alone cannot."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from audit.heads import keep_head, read_heads
from audit.log import log_event
from audit.models import Event, Seal
from audit.sealing import GENESIS, chain, seal_pending
from audit.tasks import keep_daily_head
from audit.triggers import remove_triggers
from audit.verify import first_fault
from tests.audit.test_verify import run

MIDNIGHT = datetime(2026, 11, 18, 0, 0, 5, tzinfo=UTC)
DAY = timedelta(days=1)


def log_and_seal(count, *, at=MIDNIGHT):
    for n in range(count):
        log_event("test.event", at=at, text=f"event {n}")
    seal_pending()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "var" / "audit-heads.txt"


@pytest.fixture
def kept(transactional_db, path):
    """Three days, each with its kept head, and a log without its triggers."""
    for day in range(3):
        log_and_seal(4, at=MIDNIGHT + day * DAY)
        keep_head(path, now=MIDNIGHT + day * DAY)
    seal_pending()
    remove_triggers()
    return read_heads(path)


@pytest.mark.django_db
def test_nothing_is_kept_of_an_empty_log(path):
    assert keep_head(path, now=MIDNIGHT) is None
    assert read_heads(path) == []


@pytest.mark.django_db
def test_a_day_has_one_line_with_the_newest_seal_and_an_event(path):
    log_and_seal(3)

    first = keep_head(path, now=MIDNIGHT)
    again = keep_head(path, now=MIDNIGHT + timedelta(hours=23))

    seal = Seal.objects.get(seq=3)
    assert again is None
    assert (first.seq, first.hash, first.sealed_at) == (3, seal.hash, seal.sealed_at)
    assert path.read_text() == f"{first}\n"
    event = Event.objects.get(kind="audit.head_kept")
    assert (event.payload["seq"], event.payload["hash"]) == (3, seal.hash)


@pytest.mark.django_db
def test_the_next_day_adds_a_line_even_after_one_that_was_torn(path):
    log_and_seal(3)
    first = keep_head(path, now=MIDNIGHT)
    with path.open("a") as file:
        file.write("2026-11-19 4 abc")

    second = keep_head(path, now=MIDNIGHT + DAY)

    assert read_heads(path) == [first, second]


@pytest.mark.django_db(transaction=True)
def test_processes_that_look_at_once_write_one_line(path):
    log_and_seal(3)
    start = Barrier(8)

    def look():
        start.wait()
        keep_head(path, now=MIDNIGHT)
        connection.close()

    threads = [Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(read_heads(path)) == 1
    assert Event.objects.filter(kind="audit.head_kept").count() == 1


@pytest.mark.django_db
def test_the_task_keeps_it_below_var(settings, path):
    settings.AUDIT_HEADS = path
    log_and_seal(1)

    keep_daily_head()

    assert len(read_heads(path)) == 1


def test_a_log_that_fits_its_heads_is_whole(kept):
    assert first_fault(now=MIDNIGHT, heads=kept) is None


def test_an_end_cut_with_its_seals_is_named_whatever_the_database_counts(kept):
    cut_from = Seal.objects.get(seq=10).event_id
    run("DELETE FROM audit_seal WHERE seq >= 10")
    run("DELETE FROM audit_event WHERE id >= %s", cut_from)
    if connection.vendor == "sqlite":
        run("UPDATE sqlite_sequence SET seq = %s WHERE name = 'audit_event'", cut_from - 1)

    assert first_fault(now=MIDNIGHT) is None
    fault = first_fault(now=MIDNIGHT, heads=kept)
    assert (fault.kind, fault.seq) == ("cut", 10)
    assert "kept on 2026-11-20 is gone" in fault.text


def test_a_chain_written_anew_is_named_with_the_day_since_when(kept):
    Event.objects.filter(text="event 1", at=MIDNIGHT + DAY).update(text="nothing happened")
    seals = Seal.objects.order_by("seq")
    events, sealed_at = [seal.event for seal in seals], seals[0].sealed_at
    for event in events:
        event.refresh_from_db()
    run("DELETE FROM audit_seal")
    Seal.objects.bulk_create(chain(None, events, sealed_at=sealed_at))

    fault = first_fault(now=MIDNIGHT, heads=kept)

    assert Seal.objects.get(seq=1).prev_hash == GENESIS
    assert fault.kind == "rewritten"
    assert "kept on" in fault.text
    assert first_fault(now=MIDNIGHT).kind == "rewritten", "the log tells of its heads itself"
