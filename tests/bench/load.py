"""Requests over open connections, as fast as the server takes them: `python -m tests.bench.load`.

A process of its own, so that the load is the same whatever is measured. Prints one line of JSON.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from random import Random
from statistics import quantiles


@dataclass
class Result:
    """What came back; `seconds` of each answer, and every status that was not 200."""

    seconds: list[float] = field(default_factory=list)
    others: list[int] = field(default_factory=list)


async def ask_on(port: int, paths: list[str], lots: Random, until: float, result: Result) -> None:
    """Ask for one of `paths` after another on one connection.

    Each request comes from another address, as a proxy would name it, so that the limit per
    address is counted and never reached.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (begun := time.perf_counter()) < until:
        address = ".".join(str(lots.randrange(1, 255)) for _ in range(4))
        path = lots.choice(paths)
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: {address}\r\n\r\n".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        size = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        await reader.readexactly(size)
        result.seconds.append(time.perf_counter() - begun)
        if (status := int(head.split(b" ", 2)[1])) != 200:
            result.others.append(status)
        if b"connection: close" in head:
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()


async def load(port: int, paths: list[str], *, clients: int, seconds: float) -> Result:
    result, until = Result(), time.perf_counter() + seconds
    lots = Random(port)
    await asyncio.gather(*(ask_on(port, paths, lots, until, result) for _ in range(clients)))
    return result


def main() -> None:
    asked = json.loads(sys.stdin.read())
    result = asyncio.run(
        load(asked["port"], asked["paths"], clients=asked["clients"], seconds=asked["seconds"])
    )
    times = quantiles(result.seconds, n=100)
    found = {
        "per_second": len(result.seconds) / asked["seconds"],
        "p50": 1000 * times[49],
        "p99": 1000 * times[98],
        "others": sorted(set(result.others)),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
