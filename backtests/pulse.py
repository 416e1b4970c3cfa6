"""While a worker computes, a thread says that it lives and hears when to stop."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Thread
from types import TracebackType
from typing import Self

import structlog
from django.db import Error as DatabaseGone
from django.db import connection

from backtests.models import Backtest
from backtests.runs import beat

BEAT_SECONDS = 2.0

log = structlog.get_logger(__name__)


class Stopped(Exception):
    """The run was cancelled, or another worker has it."""


class Pulse:
    """Beats for the runs of one claim from entering to leaving; from a thread of its own."""

    def __init__(
        self,
        runs: Sequence[Backtest],
        *,
        clock: Callable[[], datetime],
        seconds: float = BEAT_SECONDS,
    ) -> None:
        self._run, self._bars, self._is_lost = runs[0], 0, False
        self._clock, self._seconds = clock, seconds
        self._over = Event()
        self._thread = Thread(target=self._beat_on, name="pulse", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    @contextmanager
    def working_on(self, run: Backtest) -> Iterator[None]:
        """`note` is about this run now."""
        self._run, self._bars, self._is_lost = run, 0, False
        yield

    def note(self, bars_done: int) -> None:
        """Remember how far the run is; raises Stopped when it is no longer this worker's."""
        self._bars = bars_done
        if self._is_lost:
            raise Stopped

    def _beat_on(self) -> None:
        try:
            while not self._over.wait(self._seconds):
                self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        run = self._run
        try:
            is_ours = beat(run, bars_done=self._bars, now=self._clock())
        except DatabaseGone as error:  # the lease decides if it stays away
            log.warning("backtest.beat_failed", error=str(error))
            connection.close()  # a broken one stays broken: the next beat makes another
            return
        if not is_ours and run is self._run:
            self._is_lost = True
