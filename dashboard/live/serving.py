"""One stream from its opening to its end, in plain ASGI."""

import asyncio
import random
from contextlib import suppress

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable
from django.db import Error as DatabaseError
from django.utils import timezone

from dashboard.live.client import Client, Terms, chunk, heartbeat
from dashboard.live.events import newest_seq, sealed_after
from dashboard.live.hub import hub
from dashboard.live.reading import CATCH_UP_THREADS, read

OPENING = b"retry: 2000\n\n"
PAGE = 500  # events read at a time by who catches up
LIFE = 600.0  # seconds; then the reader comes again, and shows that he still may
STUCK = 20.0  # seconds until who takes nothing is left
FAREWELL = 1.0  # seconds


async def serve(
    terms: Terms,
    after: int | None,
    receive: ASGIReceiveCallable,
    send: ASGISendCallable,
    *,
    who: str,
) -> None:
    """Send what `terms` ask for until the reader goes, is too slow, or it is time to ask again.

    `after`: the number of the last event the reader has; None for one who starts now.
    `who`: the reader, as events about their rights name them.
    """
    client = Client(terms, who=who)
    leaving = asyncio.create_task(close_when_gone(client, receive))
    life = asyncio.get_running_loop().call_later(LIFE * random.uniform(0.9, 1.1), client.close)  # noqa: S311
    try:
        newest = await place(client, after)
        await _send(send, OPENING + heartbeat(timezone.now()))
        await join(client, newest, send)
        while (part := await client.next_chunk()) is not None:
            await _send(send, part)
    except (DatabaseError, TimeoutError, asyncio.CancelledError):
        pass  # ended below as if the reader had gone; he comes again with the last number he has
    finally:
        hub.drop(client)
        life.cancel()
        leaving.cancel()
        with suppress(TimeoutError, asyncio.CancelledError):
            await _send(send, b"", more=False, within=FAREWELL)


async def place(client: Client, after: int | None) -> int:
    """Where the client begins, known before it is told that it listens; the newest event's number.

    Whoever looks around as soon as the stream opens has then seen all that it will not tell.
    """
    if after is None and hub.is_running:
        client.seen = hub.head
        return hub.head
    newest = await read(CATCH_UP_THREADS, newest_seq)
    client.seen = newest if after is None else min(after, newest)
    return newest


async def join(client: Client, newest: int, send: ASGISendCallable) -> None:
    """Send what the client missed, then have the hub tell it the rest: no gap, no repeat."""
    while client.seen < newest and not client.is_closed:
        await catch_up(client, send)
    while not client.is_closed and not hub.add(client):
        await catch_up(client, send)


async def catch_up(client: Client, send: ASGISendCallable) -> None:
    """Send one page of what was sealed after what the client has seen."""
    events = await read(CATCH_UP_THREADS, sealed_after, client.seen, PAGE)
    await _send(send, chunk(events, client.terms))
    client.seen = events[-1].seq


async def close_when_gone(client: Client, receive: ASGIReceiveCallable) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    client.close()


async def _send(
    send: ASGISendCallable, part: bytes, *, more: bool = True, within: float = STUCK
) -> None:
    if part or not more:
        async with asyncio.timeout(within):
            await send({"type": "http.response.body", "body": part, "more_body": more})
