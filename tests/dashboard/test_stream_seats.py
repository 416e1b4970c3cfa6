"""How many streams may be open: of one reader, and in one process."""

import time
from contextlib import contextmanager
from functools import partial

import pytest

from dashboard.live.seats import KEPT, PER_READER, Full, Seats, seats
from tests.builders import make_key
from tests.dashboard.feed_reader import feeding
from tests.dashboard.stream_reader import listening
from tests.dashboard.stream_scenarios import read


def take_all(hall, who, *, at=0.0):
    """Every seat `who` can still have, and the list of those that were told to leave."""
    left = []
    free = range(hall.per_reader - len(hall.of(who)))
    return [hall.take(who, partial(left.append, n), now=at + n) for n in free], left


def test_who_has_every_seat_gets_no_other_at_once():
    hall = Seats(per_reader=3)
    take_all(hall, "key:a")

    with pytest.raises(Full) as full:
        hall.take("key:a", print, now=5)

    assert full.value.wait == KEPT - 5
    hall.take("key:b", print, now=5)


def test_after_a_while_the_oldest_makes_way_so_that_the_dead_keep_nobody_out():
    hall = Seats(per_reader=3)
    _, left = take_all(hall, "key:a")

    hall.take("key:a", print, now=KEPT)

    assert left == [0]
    with pytest.raises(Full):
        hall.take("key:a", print, now=KEPT)


def test_a_seat_given_back_is_free_and_twice_does_no_harm():
    hall = Seats(per_reader=3)
    taken, left = take_all(hall, "key:a")

    hall.free(taken[1])
    hall.free(taken[1])
    hall.take("key:a", print, now=5)

    assert left == []
    with pytest.raises(Full):
        hall.take("key:a", print, now=5)


def test_a_full_process_takes_nobody():
    hall = Seats(per_reader=3, in_all=4)
    take_all(hall, "key:a")
    hall.take("key:b", print, now=0)

    with pytest.raises(Full):
        hall.take("key:c", print, now=1000)


@contextmanager
def every_other_seat_of(key):
    taken, _ = take_all(seats, key.actor, at=time.monotonic() - PER_READER)
    yield
    for seat in taken:
        seats.free(seat)


@pytest.mark.django_db(transaction=True)
def test_one_stream_too_many_is_told_when_to_come_back():
    key, text = make_key("signals:read")
    headers = {"X-Api-Key": text}

    async def scenario():
        async with listening(headers) as reader, feeding(headers) as feed:
            assert reader.status == 429
            assert 1 <= int(reader.headers["retry-after"]) <= KEPT
            assert '"code":"TOO_MANY_STREAMS"' in reader.text
            assert await feed.until_closed() == 4429

    with every_other_seat_of(key):
        read(scenario)


@pytest.mark.django_db(transaction=True)
def test_a_stream_that_ended_leaves_its_seat():
    key, text = make_key("signals:read")

    async def scenario():
        async with listening({"X-Api-Key": text}), feeding({"X-Api-Key": text}):
            assert len(seats.of(key.actor)) == 2

    read(scenario)
    assert seats.of(key.actor) == []


@pytest.mark.django_db(transaction=True)
def test_the_oldest_feed_hears_why_it_ends():
    key, text = make_key("signals:read")

    async def scenario():
        async with feeding({"X-Api-Key": text}) as oldest:
            seats.of(key.actor)[0].taken_at -= KEPT
            with every_other_seat_of(key):
                async with feeding({"X-Api-Key": text}) as newest:
                    assert await oldest.until_closed() == 4429
                    assert newest.code is None

    read(scenario)
