"""One open stream: what it asked for, and what it has still to be sent."""

import asyncio
from collections.abc import Sequence

from dashboard.live.terms import GONE, TOO_SLOW, Ending, Terms
from dashboard.live.writing import EVENT_STREAM, Form

MOST_WAITING = 262_144  # bytes


class Client:
    """A bounded queue of parts; who does not keep up is closed, and resumes by number."""

    __slots__ = ("_news", "_size", "_waiting", "ending", "form", "seen", "terms", "who")

    def __init__(
        self, terms: Terms, *, who: str = "", seen: int = 0, form: Form = EVENT_STREAM
    ) -> None:
        self.terms = terms
        self.who = who
        self.seen = seen  # number of the last event it had its chance of
        self.form = form
        self.ending: Ending | None = None
        self._waiting: list[bytes] = []
        self._size = 0
        self._news = asyncio.Event()

    @property
    def is_closed(self) -> bool:
        return self.ending is not None

    def offer(self, parts: Sequence[bytes]) -> None:
        """Queue `parts`, or close the stream when too much waits already."""
        if self._size > MOST_WAITING:
            self.close(TOO_SLOW)
        elif parts:
            self._waiting += parts
            self._size += sum(map(len, parts))
            self._news.set()

    def close(self, ending: Ending = GONE) -> None:
        """End the stream; of two reasons the first is told."""
        self.ending = self.ending or ending
        self._news.set()

    async def next_parts(self) -> list[bytes] | None:
        """Everything that waits, as soon as there is something; None once it is closed."""
        await self._news.wait()
        self._news.clear()
        if self.is_closed:
            return None
        waiting, self._waiting, self._size = self._waiting, [], 0
        return [b"".join(waiting)] if self.form.is_joined else waiting
