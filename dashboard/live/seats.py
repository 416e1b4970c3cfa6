"""Who listens now: only so many streams for one reader, and for one process."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

PER_READER = 20  # one for each tab somebody looks at, on all their screens
PER_PROCESS = 2_000
KEPT = 30.0  # seconds for which nobody newer gets a stream's place
WAIT_FOR_OTHERS = 10.0  # seconds until somebody told that all is full may ask again


class Full(Exception):
    """There is no place; after `wait` seconds there may be one."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"ask again in {wait:.0f} s")
        self.wait = wait


@dataclass(eq=False)
class Seat:
    """The place of one stream of `who`; `leave` makes it end, from any thread."""

    who: str
    leave: Callable[[], object]
    taken_at: float  # seconds, of the same clock for all


class Seats:
    """Every stream of a process has a seat; readers are let in by threads, hence the lock."""

    def __init__(self, *, per_reader: int = PER_READER, in_all: int = PER_PROCESS) -> None:
        self.per_reader, self.in_all = per_reader, in_all
        self._taken: dict[str, list[Seat]] = {}  # by reader, oldest first
        self._lock = Lock()

    def take(self, who: str, leave: Callable[[], object], *, now: float) -> Seat:
        """A seat for a new stream of `who`, if need be that of their oldest; Full if there is none.

        The oldest is often one whose reader is long gone without a word; were the newest refused
        instead, a reader on a bad line could not come back until all of those are noticed.
        """
        seat = Seat(who, leave, now)
        with self._lock:
            own = self.of(who)
            if len(own) >= self.per_reader:
                self._make_way(own, now=now)
            elif sum(map(len, self._taken.values())) >= self.in_all:
                raise Full(WAIT_FOR_OTHERS)
            self._taken[who] = [*own, seat]
        return seat

    def free(self, seat: Seat) -> None:
        """Give the seat back; twice does no harm."""
        with self._lock:
            others = [other for other in self._taken.pop(seat.who, []) if other is not seat]
            if others:
                self._taken[seat.who] = others

    def of(self, who: str) -> list[Seat]:
        """The seats `who` has now, the oldest first."""
        return list(self._taken.get(who, []))

    def _make_way(self, own: list[Seat], *, now: float) -> None:
        kept_for = own[0].taken_at + KEPT - now
        if kept_for > 0:
            raise Full(kept_for)
        own.pop(0).leave()  # it need not be gone yet


seats = Seats()
