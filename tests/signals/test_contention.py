"""Two workers on one shard: one moves it, the other does nothing and waits for nobody."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction

from signals.engine import live_conditions, tick
from signals.evaluation import Progress
from signals.models import Journal, Signal
from signals.shards import move_shard
from tests.signals.desk import FIRST_DECISION, make_desk, pushed


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_on_one_shard_one_moves_it_and_the_other_does_nothing():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    symbol = make_desk()
    tick(now=pushed(symbol, FIRST_DECISION - 9))
    now = pushed(symbol, FIRST_DECISION + 9)
    moved, may_commit = Event(), Event()

    def move(progress):
        return move_shard(
            [symbol.pk], conditions=live_conditions(now=now), progress=progress, now=now
        )

    def move_and_wait(progress):
        try:
            with transaction.atomic():
                errors = move(progress)
                moved.set()
                assert may_commit.wait(20)
            return errors
        finally:
            connection.close()

    first, second = Progress(), Progress()
    with ThreadPoolExecutor(1) as pool:
        moving = pool.submit(move_and_wait, first)
        assert moved.wait(20)
        errors = move(second)
        may_commit.set()
        errors += moving.result()

    assert not errors
    assert (first.bars, second.bars) == (18, 0)
    assert sum(Journal.objects.values_list("bars", flat=True)) == FIRST_DECISION + 9
    assert Signal.objects.count() == 1
