"""One stream from its opening to its end, whatever it is written on."""

import asyncio
import random
from typing import Protocol

from django.db import Error as DatabaseError
from django.utils import timezone

from dashboard.live.client import Client
from dashboard.live.events import newest_seq, sealed_after
from dashboard.live.hub import hub
from dashboard.live.reading import CATCH_UP_THREADS, read
from dashboard.live.terms import GONE, OVER, TOO_SLOW, TRY_AGAIN, Ending
from dashboard.live.writing import parts, sign_of_life

PAGE = 500  # events read at a time by who catches up
LIFE = 600.0  # seconds; then the reader comes again, and shows that he still may
STUCK = 10.0  # seconds until who takes nothing is left
FAREWELL = 1.0  # seconds


class Line(Protocol):
    """What leads to one reader."""

    async def send(self, part: bytes) -> None:
        """Return when there is room for more; OSError when there is nobody."""

    async def end(self, ending: Ending) -> None:
        """Tell the reader that this was all."""

    async def gone(self) -> Ending:
        """Return when the reader goes, with how the stream is to end."""

    def cut(self) -> None:
        """Free what an end that cannot be told would keep."""


async def serve(client: Client, after: int | None, line: Line) -> None:
    """Send `client` what it asked for until its reader goes, is too slow, or must ask again.

    `after`: the number of the last event the reader has; None for one who starts now.
    """
    leaving = asyncio.create_task(close_when_gone(client, line))
    life = asyncio.get_running_loop().call_later(
        LIFE * random.uniform(0.9, 1.1),  # noqa: S311
        lambda: client.close(OVER),
    )
    try:
        await tell(client, after, line)
    except TimeoutError:
        client.close(TOO_SLOW)
    except DatabaseError:
        client.close(TRY_AGAIN)
    except (OSError, asyncio.CancelledError):
        client.close(GONE)
    finally:
        hub.drop(client)
        life.cancel()
        leaving.cancel()
        await take_leave(line, client.ending or TRY_AGAIN)


async def tell(client: Client, after: int | None, line: Line) -> None:
    """A sign of life, what the reader missed, then all that happens."""
    newest = await beginning(client, after)
    await _send(line, [client.form.opening + sign_of_life(timezone.now(), client.form)])
    await join(client, newest, line)
    while (news := await client.next_parts()) is not None:
        await _send(line, news)


async def beginning(client: Client, after: int | None) -> int:
    """Where the client begins, known before it is told that it listens; the newest event's number.

    Whoever looks around as soon as the stream opens has then seen all that it will not tell.
    """
    if after is None and hub.is_running:
        client.seen = hub.head
        return hub.head
    newest = await read(CATCH_UP_THREADS, newest_seq)
    client.seen = newest if after is None else min(after, newest)
    return newest


async def join(client: Client, newest: int, line: Line) -> None:
    """Send what the client missed, then have the hub tell it the rest: no gap, no repeat."""
    while client.seen < newest and not client.is_closed:
        await catch_up(client, line)
    while not client.is_closed and not hub.add(client):
        await catch_up(client, line)


async def catch_up(client: Client, line: Line) -> None:
    """Send one page of what was sealed after what the client has seen."""
    events = await read(CATCH_UP_THREADS, sealed_after, client.seen, PAGE)
    await _send(line, parts(events, client.terms, client.form))
    client.seen = events[-1].seq


async def close_when_gone(client: Client, line: Line) -> None:
    client.close(await line.gone())


async def take_leave(line: Line, ending: Ending) -> None:
    """Say goodbye to whoever still listens; a line that takes nothing is cut."""
    try:
        async with asyncio.timeout(FAREWELL):
            await line.end(ending)
    except (OSError, asyncio.CancelledError):
        pass
    finally:
        if ending == TOO_SLOW:
            line.cut()


async def _send(line: Line, news: list[bytes]) -> None:
    for part in news:
        async with asyncio.timeout(STUCK):
            await line.send(part)
