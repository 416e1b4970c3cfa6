"""One open stream: what it asked for, and what it has still to be sent."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dashboard.live.events import Sealed, Told

MOST_WAITING = 262_144  # bytes


@dataclass(frozen=True)
class Terms:
    """What a stream tells its reader; `symbol` "" for all of them."""

    kinds: frozenset[str]
    symbol: str = ""

    def takes(self, told: Told) -> bool:
        if told.kind not in self.kinds:
            return False
        return not (self.symbol and told.symbol) or told.symbol == self.symbol


def message(kind: str, data: str, seq: int | None = None) -> bytes:
    """One event as EventSource reads it."""
    number = "" if seq is None else f"id: {seq}\n"
    return f"{number}event: {kind}\ndata: {data}\n\n".encode()


def heartbeat(now: datetime) -> bytes:
    """A sign of life: the first message of each stream, and one every few seconds."""
    at = now.isoformat(timespec="seconds").replace("+00:00", "Z")
    return message("heartbeat", json.dumps({"at": at}, separators=(",", ":")))


def chunk(events: Iterable[Sealed], terms: Terms) -> bytes:
    """What `terms` take of `events`.

    One event may give two messages. Only the last bears its number: whoever is cut off between
    them gets both again.
    """
    parts = []
    for event in events:
        told = [each for each in event.told if terms.takes(each)]
        parts += [message(each.kind, each.data) for each in told[:-1]]
        parts += [message(each.kind, each.data, event.seq) for each in told[-1:]]
    return b"".join(parts)


class Client:
    """A bounded queue of chunks; who does not keep up is closed, and resumes by number."""

    __slots__ = ("_news", "_size", "_waiting", "is_closed", "seen", "terms", "who")

    def __init__(self, terms: Terms, *, who: str = "", seen: int = 0) -> None:
        self.terms = terms
        self.who = who
        self.seen = seen  # number of the last event it had its chance of
        self.is_closed = False
        self._waiting: list[bytes] = []
        self._size = 0
        self._news = asyncio.Event()

    def offer(self, part: bytes) -> None:
        """Queue `part`, or close the stream when too much waits already."""
        if self._size > MOST_WAITING:
            self.close()
        elif part:
            self._waiting.append(part)
            self._size += len(part)
            self._news.set()

    def close(self) -> None:
        self.is_closed = True
        self._news.set()

    async def next_chunk(self) -> bytes | None:
        """Everything that waits, as soon as there is something; None once it is closed."""
        await self._news.wait()
        self._news.clear()
        if self.is_closed:
            return None
        parts = b"".join(self._waiting)
        self._waiting.clear()
        self._size = 0
        return parts
