"""The one reader of a process, and the queues of its clients."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from dashboard.live.client import MOST_WAITING, Client
from dashboard.live.events import Sealed, Told
from dashboard.live.hub import Hub
from dashboard.live.terms import TOO_SLOW, Terms
from dashboard.live.writing import FRAMES

TERMS = Terms(frozenset({"signal"}))


def event(seq):
    return Sealed(seq, (Told("signal", "EURUSD", f'{{"n":{seq}}}'),))


def told(seq):
    return f'id: {seq}\nevent: signal\ndata: {{"n":{seq}}}\n\n'.encode()


def in_loop(scenario):
    """What `scenario` finds, in a thread: browser tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, scenario()).result()


def test_who_does_not_keep_up_is_closed():
    async def scenario():
        slow = Client(TERMS)
        slow.offer([b"x" * (MOST_WAITING + 1)])  # one large part is no fault of the reader
        before = slow.is_closed
        slow.offer([b"y"])
        return before, slow.ending, await slow.next_parts()

    assert in_loop(scenario) == (False, TOO_SLOW, None)


def test_what_waits_is_sent_in_one_piece():
    async def scenario():
        client = Client(TERMS)
        client.offer([b"a"])
        client.offer([b"b"])
        return await client.next_parts()

    assert in_loop(scenario) == [b"ab"]


def test_over_a_websocket_each_message_is_a_frame_of_its_own():
    async def scenario():
        hub, client = Hub(), Client(TERMS, seen=5, form=FRAMES)
        hub.add(client)
        hub.fan_out([event(6), event(7)])
        heard = await client.next_parts()
        hub.drop(client)
        return heard

    number = b'{"id":%d,"event":"signal","data":{"n":%d}}'
    assert in_loop(scenario) == [number % (6, 6), number % (7, 7)]


def test_who_lags_behind_the_hub_must_catch_up_first():
    async def scenario():
        hub, first, second = Hub(), Client(TERMS, seen=7), Client(TERMS, seen=5)
        joined = hub.add(first), hub.add(second)
        hub.drop(first)
        return joined

    assert in_loop(scenario) == (True, False)


def test_who_is_ahead_of_the_hub_hears_nothing_twice():
    async def scenario():
        hub, first, ahead = Hub(), Client(TERMS, seen=5), Client(TERMS, seen=7)
        hub.add(first)
        hub.add(ahead)
        hub.fan_out([event(6), event(7), event(8)])
        heard = await first.next_parts(), await ahead.next_parts()
        hub.drop(first)
        hub.drop(ahead)
        return heard

    assert in_loop(scenario) == ([told(6) + told(7) + told(8)], [told(8)])
