"""Indicators computed once: trials of one sweep ask for those of the same bars again and again."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial, wraps
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar, cast

import numpy as np
import pandas as pd

from markets.slim import SlimFrame

Asked = ParamSpec("Asked")
Result = TypeVar("Result")

MOST_BYTES = 192 * 2**20  # sixty columns of a year of minutes


class Kept(Generic[Result]):
    """The results asked for last, of at most `most` in weight; threads may share them.

    At worst two threads make the same one twice. The newest stays, whatever it weighs, until
    another is to be made: two that are too heavy are never there at once.
    """

    def __init__(self, most: int, weigh: Callable[[Result], int] = lambda result: 1) -> None:
        self._most, self._weigh, self._weight = most, weigh, 0
        self._kept: dict[Hashable, Result] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def weight(self) -> int:
        """Of all that is kept."""
        return self._weight

    def get(self, key: Hashable, make: Callable[[], Result]) -> Result:
        """What `make` gave for this key, or gives now."""
        with self._lock:
            if key in self._kept:
                result = self._kept.pop(key)
                self._kept[key] = result  # the newest now
                return result
            self._lighten(leave=0)
        result = make()
        with self._lock:
            self._forget(key)
            self._kept[key] = result
            self._weight += self._weigh(result)
            self._lighten(leave=1)
        return result

    def _lighten(self, *, leave: int) -> None:
        """Forget the oldest ones while all weigh too much and more than `leave` are there."""
        while self._weight > self._most and len(self._kept) > leave:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: Hashable) -> None:
        if key in self._kept:
            self._weight -= self._weigh(self._kept.pop(key))


def columns_kept() -> Kept[Any]:
    """Room for MOST_BYTES of indicators."""
    return Kept(MOST_BYTES, weigh=lambda found: sum(each.nbytes for each in _arrays(found)))


class Memory:
    """What indicators made of the columns of one frame, which must not change meanwhile.

    Indicators of anything else are computed as ever. Memories of many frames may share `kept`.
    """

    def __init__(self, bars: pd.DataFrame | SlimFrame, kept: Kept[Any]) -> None:
        self._bars = bars  # held, so that no other column comes to lie where one of these did
        self._names = {_place(bars[name].to_numpy()): name for name in bars.columns}
        self._kept, self._own = kept, object()

    def result(self, compute: Callable[..., Result], *asked: Any, **named: Any) -> Result:
        """What `compute` makes of these, from memory where that was asked before."""
        key = (self._own, compute, *(self._name(each) for each in asked), *sorted(named.items()))
        if None in key:
            return compute(*asked, **named)
        result: Result = self._kept.get(key, partial(compute, *asked, **named))
        return result

    def _name(self, asked: Any) -> Any:
        """A column's name, a number itself; None for any other array."""
        return self._names.get(_place(asked)) if isinstance(asked, np.ndarray) else asked


_memory: ContextVar[Memory | None] = ContextVar("indicators", default=None)


@contextmanager
def remembering(memory: Memory) -> Iterator[None]:
    """Within it, remembered functions use `memory`."""
    token = _memory.set(memory)
    try:
        yield
    finally:
        _memory.reset(token)


def remembered(compute: Callable[Asked, Result]) -> Callable[Asked, Result]:
    """`compute`, an indicator: arrays and numbers in, an array or some of them out.

    Its result may be another's as well, so it cannot be written to: copy it to change it.
    """

    @wraps(compute)
    def protected(*asked: Asked.args, **named: Asked.kwargs) -> Result:
        result: Any = compute(*asked, **named)
        for each in _arrays(result):
            each.setflags(write=False)
        return cast(Result, result)

    @wraps(compute)
    def recalled(*asked: Asked.args, **named: Asked.kwargs) -> Result:
        memory = _memory.get()
        if memory is None:
            return protected(*asked, **named)
        return memory.result(protected, *asked, **named)

    return recalled


def _arrays(result: Any) -> tuple[np.ndarray, ...]:
    return result if isinstance(result, tuple) else (result,)


def _place(column: np.ndarray) -> tuple[int, ...]:
    """Where a column lies in memory, and how."""
    return (column.__array_interface__["data"][0], *column.shape, *column.strides)
