"""Fifty writers and four sealers at once: one chain, no fork, nobody waits for ever."""

import random
from collections import Counter
from datetime import UTC, datetime
from threading import Event as Flag
from threading import Thread

import pytest
from django.db import connection, transaction

from audit.log import log_event
from audit.models import Event, Seal
from audit.sealing import seal_pending
from audit.verify import first_fault

AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
WRITERS, EACH, SEALERS = 50, 8, 4


class ThoughtBetter(Exception):
    """A writer's transaction that must leave no trace."""


def write(number, failures):
    """EACH events in transactions of one to three; every fourth transaction is rolled back."""
    chance = random.Random(number)
    try:
        for n in range(EACH):
            _transaction(f"{number}.{n}", chance.randint(1, 3), is_kept=n % 4 != 3)
    except Exception as error:
        failures.append(error)
    finally:
        connection.close()


def _transaction(name, events, *, is_kept):
    try:
        with transaction.atomic():
            for n in range(events):
                log_event("kept" if is_kept else "undone", at=AT, text=f"{name}.{n}")
            if not is_kept:
                raise ThoughtBetter
    except ThoughtBetter:
        pass


def seal(done, failures):
    try:
        while not done.is_set():
            seal_pending(limit=37)
    except Exception as error:
        failures.append(error)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_fifty_writers_and_four_sealers_make_one_chain():
    failures, done = [], Flag()
    writers = [Thread(target=write, args=(n, failures)) for n in range(WRITERS)]
    sealers = [Thread(target=seal, args=(done, failures)) for _ in range(SEALERS)]

    for thread in (*sealers, *writers):
        thread.start()
    for thread in writers:
        thread.join(timeout=120)
    done.set()
    for thread in sealers:
        thread.join(timeout=30)
    while seal_pending():
        pass

    assert failures == []
    assert not any(thread.is_alive() for thread in (*writers, *sealers))
    assert Counter(Event.objects.values_list("kind", flat=True)).keys() == {"kept"}
    seals = list(Seal.objects.order_by("seq"))
    assert [each.seq for each in seals] == list(range(1, Event.objects.count() + 1))
    assert len({each.prev_hash for each in seals}) == len(seals)
    assert first_fault(now=AT) is None
    if connection.vendor == "sqlite":  # ids commit in order there, so the chain has their order
        assert [each.event_id for each in seals] == sorted(each.event_id for each in seals)
