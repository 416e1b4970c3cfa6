"""The newest bars of many symbols, kept in this process and checked against the database.

The database is the truth: each time a window is asked for, the stored minutes within it are counted
and the later ones fetched, in one query each for all symbols. A window that does not match, because
a minute was stored late or deleted, is read anew; other values of a stored minute never replace it.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from markets.frames import BAR_COLUMNS
from markets.many import Key, cutoffs, minutes_after, stored_counts
from markets.slim import SlimFrame

KEPT = 20_000  # windows a process holds, 32 kB each with 400 bars; the least used make room
SPARE = 60  # bars beyond the warm-up before the oldest are dropped
CLOSE = BAR_COLUMNS.index("close")
DAY = 86_400  # seconds; a window that stopped longer ago is read anew


@dataclass(frozen=True)
class Wanted:
    """The M1 bars of one symbol on one feed: all after `after`, and up to `warmup` up to it."""

    key: Key
    after: int  # seconds since 1970
    warmup: int  # bars


@dataclass(frozen=True)
class Window:
    """Bars in a row, oldest first; `is_whole`: none is stored before the first."""

    times: NDArray[np.int64]  # (n,), seconds since 1970
    prices: NDArray[np.float64]  # (9, n), in the order of BAR_COLUMNS
    is_whole: bool

    def place(self, after: int) -> int:
        """Where the first bar after `after` stands."""
        return int(np.searchsorted(self.times, after, side="right"))

    def bars(self, first: int, end: int) -> SlimFrame:
        """The bars in these places."""
        names = zip(BAR_COLUMNS, self.prices, strict=True)
        return SlimFrame({name: row[first:end] for name, row in names}, self.times[first:end])

    def serves(self, wanted: Wanted) -> bool:
        """Whether it reaches back far enough, and near enough to now to be carried on."""
        has_warmup = self.is_whole or self.place(wanted.after) >= wanted.warmup
        return bool(has_warmup and self.times[-1] > wanted.after - DAY)

    def with_later(
        self, times: NDArray[np.int64], prices: NDArray[np.float64], wanted: Wanted
    ) -> "Window":
        """Carried on, and cut where it reaches back SPARE bars further than wanted."""
        if not len(times):
            return self
        times, prices = np.append(self.times, times), np.hstack((self.prices, prices))
        surplus = int(np.searchsorted(times, wanted.after, side="right")) - wanted.warmup
        if surplus <= SPARE:
            return Window(times, prices, self.is_whole)
        return Window(times[surplus:], np.ascontiguousarray(prices[:, surplus:]), False)


class Windows:
    """What one process keeps."""

    def __init__(self, limit: int = KEPT) -> None:
        self._limit = limit
        self._kept: OrderedDict[Key, Window] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def windows(self, wanted: Sequence[Wanted]) -> dict[Key, Window]:
        """The window of each symbol that has bars; four queries at most, two when all are kept."""
        found = self._carried_on(wanted, self._still_true(wanted))
        found |= self._read([each for each in wanted if each.key not in found])
        found = {key: window for key, window in found.items() if len(window.times)}
        self._keep(found)
        return found

    def _still_true(self, wanted: Sequence[Wanted]) -> dict[Key, Window]:
        """Those kept that serve, with as many bars as are stored in their time and the same end."""
        with self._lock:
            kept = {each.key: self._kept.get(each.key) for each in wanted}
        some = [
            (each.key, window)
            for each in wanted
            if (window := kept[each.key]) is not None and window.serves(each)
        ]
        spans = [(0 if w.is_whole else int(w.times[0]), int(w.times[-1])) for _, w in some]
        counts = stored_counts([key for key, _ in some], spans) if some else []
        return {
            key: window
            for (key, window), (count, close) in zip(some, counts, strict=True)
            if (count, close) == (len(window.times), window.prices[CLOSE][-1])
        }

    def _carried_on(self, wanted: Sequence[Wanted], kept: dict[Key, Window]) -> dict[Key, Window]:
        """Kept windows with what was stored after their last bar."""
        if not kept:
            return {}
        asked = {each.key: each for each in wanted}
        later = minutes_after([*kept], [int(window.times[-1]) for window in kept.values()])
        return {
            key: window.with_later(*bars, asked[key])
            for (key, window), bars in zip(kept.items(), later, strict=True)
        }

    def _read(self, wanted: Sequence[Wanted]) -> dict[Key, Window]:
        """Windows as they are stored."""
        if not wanted:
            return {}
        warmup = max(each.warmup for each in wanted)
        keys = [each.key for each in wanted]
        edges = cutoffs(keys, [each.after for each in wanted], warmup)
        starts = [0 if edge is None else edge - 1 for edge in edges]
        read = minutes_after(keys, starts)
        return {
            key: Window(times, prices, edge is None)
            for key, edge, (times, prices) in zip(keys, edges, read, strict=True)
        }

    def _keep(self, found: dict[Key, Window]) -> None:
        with self._lock:
            for key, window in found.items():
                self._kept[key] = window
                self._kept.move_to_end(key)
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)

    def forget(self) -> None:
        """Drop all: the database is another one, as between two tests."""
        with self._lock:
            self._kept.clear()
