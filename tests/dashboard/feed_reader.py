"""A reader of /ws/feed inside a test: the ASGI application without a server."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from forexsignals.asgi import application
from tests.dashboard.stream_reader import scope_of


@dataclass
class FeedReader:
    """What was sent so far, how it ended, and what the reader says."""

    frames: list[dict[str, Any]] = field(default_factory=list)
    code: int | None = None
    reason: str = ""
    says: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)

    def say(self, text: str) -> None:
        self.says.put_nowait({"type": "websocket.receive", "text": text})

    async def send(self, message: Any) -> None:
        if message["type"] == "websocket.send":
            self.frames.append(json.loads(message["text"]))
        elif message["type"] == "websocket.close":
            self.code, self.reason = message["code"], message.get("reason", "")

    def events(self, *kinds: str) -> list[tuple[int | None, str, Any]]:
        """(number, kind, data) of the messages of `kinds`."""
        return [(f["id"], f["event"], f["data"]) for f in self.frames if f["event"] in kinds]

    async def until(self, *kinds: str, count: int = 1) -> list[tuple[int | None, str, Any]]:
        """The messages of `kinds` as soon as there are `count`."""
        async with asyncio.timeout(10):
            while len(self.events(*kinds)) < count:
                await asyncio.sleep(0.02)
        return self.events(*kinds)

    async def until_closed(self) -> int:
        """The code, as soon as the desk closes."""
        async with asyncio.timeout(10):
            while self.code is None:
                await asyncio.sleep(0.02)
        return self.code


@asynccontextmanager
async def feeding(headers: dict[str, str], *, first: str = "", **query: Any) -> Any:
    """A reader who was answered, having said `first` if that is anything; it goes at the end."""
    reader = FeedReader()
    scope = scope_of(headers, query) | {"type": "websocket", "scheme": "ws", "path": "/ws/feed"}
    reader.says.put_nowait({"type": "websocket.connect"})
    if first:
        reader.say(first)
    task = asyncio.create_task(application(scope, reader.says.get, reader.send))
    try:
        async with asyncio.timeout(10):
            while not (reader.frames or task.done()):
                await asyncio.sleep(0.02)
        yield reader
    finally:
        reader.says.put_nowait({"type": "websocket.disconnect", "code": 1006})
        async with asyncio.timeout(10):
            await task
