"""Reads of the database beside the event loop; each gives its connection back at once."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import connections

P = ParamSpec("P")
T = TypeVar("T")

HUB_THREAD = ThreadPoolExecutor(1, "stream-hub")  # its own: never behind those who catch up
CATCH_UP_THREADS = ThreadPoolExecutor(2, "stream-catch-up")


async def read(
    threads: ThreadPoolExecutor, query: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """What `query` finds, asked in one of `threads`."""

    def ask() -> T:
        try:
            return query(*args, **kwargs)
        finally:
            connections.close_all()

    return await asyncio.get_running_loop().run_in_executor(threads, ask)
