"""The one reader of a process: looks for news while somebody listens, and hands them to all."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial

from django.db import Error as DatabaseError
from django.utils import timezone

from dashboard.live.client import Client
from dashboard.live.events import Sealed, sealed_after
from dashboard.live.health import desk_health
from dashboard.live.reading import HUB_THREAD, read
from dashboard.live.terms import RIGHTS_CHANGED, TRY_AGAIN, Terms
from dashboard.live.writing import Form, parts, sign_of_life

log = logging.getLogger(__name__)

LOOK_EVERY = 0.5  # seconds
HEALTH_EVERY = 2  # looks
HEARTBEAT_EVERY = 15.0  # seconds
AT_ONCE = 500  # events
LONGEST_WAIT = 8.0  # seconds between two looks at a database that does not answer


class Hub:
    """Fans the sealed events out to every client of this process, each part made once."""

    def __init__(self) -> None:
        self.clients: set[Client] = set()
        self.head = 0  # number of the last event handed out
        self.health = ""
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def is_running(self) -> bool:
        return bool(self.clients)

    def add(self, client: Client) -> bool:
        """True if `client` hears of all that follows what it has seen; False if it lags behind.

        Nothing is awaited in here, so no event can slip in between.
        """
        if not self.is_running:
            self.head = client.seen
        if client.seen < self.head:
            return False
        self.clients.add(client)
        if not self._tasks:
            self._tasks = [asyncio.create_task(work()) for work in (self._look_on, self._beat)]
            for task in self._tasks:
                task.add_done_callback(self._ended)
        if self.health and "health" in client.terms.kinds:
            client.offer([client.form.write("health", self.health, None)])
        return True

    def drop(self, client: Client) -> None:
        """Forget `client`; with the last one the looking ends."""
        self.clients.discard(client)
        if not self.clients:
            for task in self._tasks:
                task.cancel()
            self._tasks, self.health = [], ""

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Nobody may listen to a hub that looks no more: all come again, and start it anew."""
        if not task.cancelled() and task.exception():
            log.error("The stream's reader broke", exc_info=task.exception())
            for client in list(self.clients):
                client.close(TRY_AGAIN)
                self.drop(client)  # now: who comes before they are all gone starts it too

    async def _look_on(self) -> None:
        wait, looks = LOOK_EVERY, 0
        while True:
            try:
                await self._look(with_health=looks % HEALTH_EVERY == 0)
            except DatabaseError as error:  # it restarts, or is busy: the next look finds the same
                log.warning("The database does not answer the stream: %s", error)
                wait = min(LONGEST_WAIT, 2 * wait)
            else:
                wait, looks = LOOK_EVERY, looks + 1
            await asyncio.sleep(wait)

    async def _look(self, *, with_health: bool) -> None:
        while events := await read(HUB_THREAD, sealed_after, self.head, AT_ONCE):
            self.fan_out(events)
            if len(events) < AT_ONCE:
                break
        if with_health:
            health = (await read(HUB_THREAD, desk_health, timezone.now())).as_json()
            if health != self.health:
                self.health = health
                self.tell(
                    lambda form: form.write("health", health, None),
                    to=lambda terms: "health" in terms.kinds,
                )

    def fan_out(self, events: Sequence[Sealed]) -> None:
        """Hand `events`, in the order of their numbers, to whoever has not seen them."""
        before, self.head = self.head, events[-1].seq
        ready: dict[tuple[Terms, Form], list[bytes]] = {}
        for client in list(self.clients):
            if client.seen > before:  # it caught up by itself while we were reading
                unseen = (event for event in events if event.seq > client.seen)
                client.offer(parts(unseen, client.terms, client.form))
            else:
                asked = client.terms, client.form
                if asked not in ready:
                    ready[asked] = parts(events, *asked)
                client.offer(ready[asked])
            client.seen = max(client.seen, self.head)
        self._end({event.ends for event in events if event.ends})

    def _end(self, whose: set[str]) -> None:
        """Close the streams of readers whose rights changed; they show anew what they may."""
        for client in list(self.clients):
            if client.who in whose:
                client.close(RIGHTS_CHANGED)

    def tell(self, write: Callable[[Form], bytes], *, to: Callable[[Terms], bool]) -> None:
        """Hand what `write` gives for the form of each client to those `to` says yes to."""
        for client in list(self.clients):
            if to(client.terms):
                client.offer([write(client.form)])

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_EVERY)
            self.tell(partial(sign_of_life, timezone.now()), to=lambda terms: True)


hub = Hub()
