"""A reader of /api/stream inside a test: the ASGI application without a server."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from forexsignals.asgi import application


@dataclass
class Reader:
    """What was sent so far, and the way to go."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    is_over: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    requests: int = 0

    async def receive(self) -> dict[str, Any]:
        self.requests += 1
        if self.requests == 1:
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {k.decode().lower(): v.decode() for k, v in message["headers"]}
            return
        self.text += message["body"].decode()
        self.is_over = not message.get("more_body", False)

    def events(self, *kinds: str) -> list[tuple[str, str, Any]]:
        """(number, kind, data) of the messages of `kinds`, or of all but signs of life."""
        found = []
        for block in self.text.split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
            kind = lines.get("event", "heartbeat")
            if kind in kinds or not (kinds or kind == "heartbeat"):
                found.append((lines.get("id", ""), kind, json.loads(lines["data"])))
        return found

    async def until(self, *kinds: str, count: int = 1) -> list[tuple[str, str, Any]]:
        """The messages of `kinds` as soon as there are `count`."""
        async with asyncio.timeout(10):
            while len(self.events(*kinds)) < count:
                await asyncio.sleep(0.02)
        return self.events(*kinds)

    async def until_over(self) -> None:
        """As soon as the desk ends the stream."""
        async with asyncio.timeout(10):
            while not self.is_over:
                await asyncio.sleep(0.02)


def scope_of(headers: dict[str, str], query: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A request for the stream, as ASGI has it."""
    named = {"host": "localhost", **headers}
    return {
        "type": "http",
        "method": "GET",
        "path": "/api/stream",
        "query_string": urlencode(query or {}).encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
    }


@asynccontextmanager
async def listening(headers: dict[str, str], **query: Any) -> Any:
    """A reader whose request was answered; it goes at the end."""
    reader = Reader()
    task = asyncio.create_task(application(scope_of(headers, query), reader.receive, reader.send))
    try:
        async with asyncio.timeout(10):
            while not (reader.text or task.done()):
                await asyncio.sleep(0.02)
        yield reader
    finally:
        reader.gone.set()
        async with asyncio.timeout(10):
            await task
