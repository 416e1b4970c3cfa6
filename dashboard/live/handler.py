"""Django under ASGI, with one exception: a stream outlives the request that opened it."""

import asyncio
from typing import Any

from django.core.handlers.asgi import ASGIHandler

from dashboard.live.client import Terms
from dashboard.live.serving import serve

PATH = "/api/stream"
SLOT = "forexsignals.stream"  # the key of the scope under which the view finds its Opening
AT_ONCE = 6  # streams opened at a time: each holds a thread and a connection while it is opened


class Opening:
    """Django's answer to a request for a stream: passed on, and left open if the view says so."""

    def __init__(self, send: Any) -> None:
        self.terms: Terms | None = None
        self.after: int | None = None
        self.who = ""
        self._send = send

    def open(self, terms: Terms, *, after: int | None, who: str) -> None:
        """Keep the answer open and tell `who` on it what `terms` ask for."""
        self.terms, self.after, self.who = terms, after, who

    async def send(self, message: Any) -> None:
        if self.terms is None:
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


class DeskHandler(ASGIHandler):
    """Runs a stream after its request is over.

    Django keeps a thread, with a database connection of its own, for as long as a request lives.
    That is right for a page; a thousand open streams would be a thousand threads.
    """

    def __init__(self) -> None:
        super().__init__()
        self._openings = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await super().__call__(scope, receive, send)
            return
        opening, asking = Opening(send), Bodiless(receive)
        async with self._openings:
            await super().__call__({**scope, SLOT: opening}, asking.receive, opening.send)
        if opening.terms is not None:
            await serve(opening.terms, opening.after, receive, send, who=opening.who)
