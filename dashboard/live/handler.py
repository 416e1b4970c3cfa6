"""Django under ASGI, with one exception: a stream outlives the request that opened it."""

import asyncio
from typing import Any

from django.core.handlers.asgi import ASGIHandler

from dashboard.live.handshake import Refused, as_request, credential_of, refuse
from dashboard.live.lines import AnswerLine, SocketLine
from dashboard.live.opening import SLOT, Answer, Bodiless, Opening
from dashboard.live.serving import serve
from dashboard.live.writing import EVENT_STREAM, FRAMES

STREAM, FEED = "/api/stream", "/ws/feed"
AT_ONCE = 6  # streams opened at a time: each holds a thread and a connection while it is opened


class DeskHandler(ASGIHandler):
    """Runs a stream after its request is over.

    Django keeps a thread, with a database connection of its own, for as long as a request lives.
    That is right for a page; a thousand open streams would be a thousand threads.
    """

    def __init__(self) -> None:
        super().__init__()
        self._openings = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await self._feed(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == STREAM:
            await self._stream(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def _stream(self, scope: Any, receive: Any, send: Any) -> None:
        opening = Opening(send, form=EVENT_STREAM)
        try:
            await self._ask(scope, receive, opening)
            if opening.client:
                await serve(opening.client, opening.after, AnswerLine(receive, send))
        finally:
            opening.free()

    async def _feed(self, scope: Any, receive: Any, send: Any) -> None:
        """The same over a WebSocket, which is accepted first: a browser's script sees no refusal
        of a handshake, only the code of a close."""
        if scope["path"] != FEED:
            await send({"type": "websocket.close"})  # before it is accepted: 403
            return
        await receive()
        await send({"type": "websocket.accept"})
        answer = Answer()
        opening = Opening(answer.send, form=FRAMES)
        line = SocketLine(receive, send)
        try:
            request = as_request(scope, await credential_of(scope, receive))
            await self._ask(request, asyncio.Event().wait, opening)  # nobody goes meanwhile
            if opening.client:
                await serve(opening.client, opening.after, line)
            else:
                raise Refused(answer.status, answer.body)
        except Refused as refused:
            await refuse(line, refused)
        finally:
            opening.free()

    async def _ask(self, scope: Any, receive: Any, opening: Opening) -> None:
        """Have Django answer the request, and its view open a stream or refuse to."""
        async with self._openings:
            asking = Bodiless(receive)
            await super().__call__({**scope, SLOT: opening}, asking.receive, opening.send)
