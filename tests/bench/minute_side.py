"""A worker of a desk of many symbols for tests/bench/minute.py: it ticks when it is asked to."""

from dataclasses import asdict
from typing import Any

import django

from tests.bench.peers.serving import serve, timed


def seed(count: int) -> dict[str, Any]:
    from tests.bench import minute_desk

    seconds, _ = timed(lambda: minute_desk.seed(count))
    return {"seconds": seconds}


def minute(number: int) -> dict[str, Any]:
    from tests.bench import minute_desk

    split = minute_desk.minute(number)
    return asdict(split) | {"python": split.python}


def naive(number: int, count: int) -> dict[str, Any]:
    from tests.bench import minute_desk

    return {"seconds": minute_desk.naive(number, count), "count": count}


if __name__ == "__main__":
    django.setup()
    serve(seed=seed, minute=minute, naive=naive)
