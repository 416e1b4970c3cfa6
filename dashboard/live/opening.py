"""A request for a stream while Django answers it."""

import asyncio
import time
from functools import partial
from typing import Any

from dashboard.live.client import Client
from dashboard.live.seats import Seat, seats
from dashboard.live.terms import MADE_WAY, Terms
from dashboard.live.writing import Form

SLOT = "forexsignals.stream"  # the key of the scope under which the view finds its Opening


class Opening:
    """Becomes a stream if the view says so: passes Django's answer on and leaves it unfinished."""

    def __init__(self, send: Any, *, form: Form) -> None:
        self.client: Client | None = None
        self.after: int | None = None
        self._form = form
        self._loop = asyncio.get_running_loop()
        self._seat: Seat | None = None
        self._send = send

    def open(self, terms: Terms, *, after: int | None, who: str) -> None:
        """Keep the answer open and tell `who` on it what `terms` ask for; Full when none is free.

        Called by a view, in its thread.
        """
        client = Client(terms, who=who, form=self._form)
        leave = partial(self._loop.call_soon_threadsafe, client.close, MADE_WAY)
        self._seat = seats.take(who, leave, now=time.monotonic())
        self.client, self.after = client, after

    def free(self) -> None:
        """Give back the place of the stream, if it got one."""
        if self._seat:
            seats.free(self._seat)

    async def send(self, message: Any) -> None:
        if self.client is None:
            await self._send(message)
        elif message["type"] == "http.response.start":
            headers = [pair for pair in message["headers"] if pair[0].lower() != b"content-length"]
            await self._send({**message, "headers": headers})


class Bodiless:
    """A request for a stream without its body, so that nobody keeps a place by not sending one."""

    def __init__(self, receive: Any) -> None:
        self._receive = receive
        self._is_begun = False

    async def receive(self) -> Any:
        """An empty body, then nothing until the reader is gone."""
        if not self._is_begun:
            self._is_begun = True
            return {"type": "http.request", "body": b"", "more_body": False}
        while (message := await self._receive())["type"] != "http.disconnect":
            pass
        return message


class Answer:
    """Django's answer to a handshake, kept; `send` is what it answers to."""

    def __init__(self) -> None:
        self.status = 0
        self.body = b""

    async def send(self, message: Any) -> None:
        self.status = message.get("status", self.status)
        self.body += message.get("body", b"")
