"""What a thousand idle stream readers cost the process `live`, and how soon all hear an event.

    make bench WHAT=stream [ARGS="--clients 1000 --rounds 5 --idle 20"]

First over server-sent events, then over WebSockets. On SQLite, or on the PostgreSQL and Redis that
DATABASE_URL and REDIS_URL name. One uvicorn process each, one client process beside it. Ends with 1
when a target is missed.
"""

import asyncio
import os
import resource
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from dashboard.live.seats import PER_READER
from forexsignals.processes import live
from tests.forexsignals.production import production_desk, start
from tests.processes import free_port, run_manage, wait_for

MOST_MB, MOST_SPREAD, MOST_CPU = 130.0, 150.0, 2.0  # megabytes, ms, percent of one core
NEW_KEYS = """
from access.keys import create_key
from django.utils import timezone
for _ in range({count}):
    print(create_key(name='bench', scopes=['signals:read'], expires_at=None, by='bench',
                     now=timezone.now())[1])
"""
WEBSOCKET = (
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
)
UNASKED = ("--ws-ping-interval", "600")  # the readers here answer no ping
HEAD = (
    "| way | clients | opened in s | MB before | MB idle | MB after {rounds} events | idle CPU % "
    "| first to last, ms (median, worst) | seal to last, s (worst) |\n" + 9 * "|---" + "|"
)
NEW_SIGNAL = {  # as signals.messages.signal_json has it
    **{"symbol": "EURUSD", "timeframe": "M1", "action": "BUY", "price": 1.08523, "sl": 1.08323},
    **{"tp": 1.08723, "confidence": 0.72, "strategy": "ema_rsi", "version": "v1", "id": 1},
    **{"expires_at": "2026-11-21T14:00:00Z", "issued_at": "2026-11-21T12:00:03Z"},
    **{"lots_hint": 0.1, "status": "open", "blocked_by": [], "late": False, "outcome": None},
    "bar_time": "2026-11-21T11:59:00Z",
}


@dataclass(frozen=True)
class Way:
    """One of the two kinds of stream, as a socket sees it."""

    name: str
    path: str
    headers: bytes
    opened: bytes  # in the first message
    told: bytes  # in the message of a new signal


WAYS = (
    Way("SSE", "/api/stream", b"", b"event: heartbeat\n", b"event: signal\n"),
    Way("WebSocket", "/ws/feed", WEBSOCKET, b'"event":"heartbeat"', b'"event":"signal"'),
)


@dataclass
class Round:
    """When each client heard of one event, in seconds after it was sealed."""

    heard: list[float] = field(default_factory=list)

    @property
    def spread(self) -> float:
        return 1000 * (max(self.heard) - min(self.heard))


def main(arguments: Sequence[str]) -> None:
    parser = ArgumentParser(prog="make bench WHAT=stream", description=__doc__)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--idle", type=float, default=20.0, help="seconds")
    options = parser.parse_args(arguments)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, desk(Path(folder)) as environment:
        code = NEW_KEYS.format(count=-(-options.clients // PER_READER))
        keys = run_manage("shell", "-v", "0", "-c", code, **environment).stdout.split()
        os.environ.update(environment)
        print(HEAD.format(rounds=options.rounds))
        met = [one_way(way, keys, environment, options) for way in WAYS]
    sys.exit(0 if all(met) else 1)


def one_way(way: Way, keys: list[str], environment: dict[str, str], options: Namespace) -> bool:
    """Measure a process `live` of its own; True when the figures meet their targets."""
    port = free_port()
    command = live(host="127.0.0.1", port=port).command
    process = start([*command, *UNASKED], environment)
    try:
        wait_for(lambda: is_open(port), seconds=30, what="the process live")
        return asyncio.run(measure(process.pid, port, way, keys, options))
    finally:
        process.terminate()
        stopping = time.monotonic()
        process.wait()
        seconds = time.monotonic() - stopping
        print(
            f"{way.name}: stopped with {options.clients} open in {seconds:.1f} s", file=sys.stderr
        )


@contextmanager
def desk(folder: Path) -> Iterator[dict[str, str]]:
    if os.environ.get("DATABASE_URL"):
        with production_desk(folder, redis_db=6) as environment:
            yield environment
        return
    environment = {"VAR_DIR": str(folder), "LOG_STDOUT": "false"}
    result = run_manage("migrate", "-v", "0", **environment)
    assert result.returncode == 0, result.stderr
    yield environment


async def measure(pid: int, port: int, way: Way, keys: list[str], options: Namespace) -> bool:
    """Print the figures; True when they meet their targets."""
    clients = options.clients
    before, started = rss_mb(pid), time.monotonic()
    streams = await asyncio.gather(
        *(connect(port, way, keys[number // PER_READER]) for number in range(clients))
    )
    opened = time.monotonic() - started
    await asyncio.sleep(3)
    ticks = cpu_seconds(pid)
    await asyncio.sleep(options.idle)
    cpu = 100 * (cpu_seconds(pid) - ticks) / options.idle
    idle = rss_mb(pid)
    rounds = [await one_event(streams, way, number) for number in range(options.rounds)]
    spread, slowest = median(r.spread for r in rounds), max(max(r.heard) for r in rounds)
    after = rss_mb(pid)
    worst = max(r.spread for r in rounds)
    print(
        f"| {way.name} | {clients} | {opened:.1f} | {before:.0f} | {idle:.0f} | {after:.0f} "
        f"| {cpu:.1f} | {spread:.0f}, {worst:.0f} | {slowest:.2f} |"
    )
    return max(idle, after) <= MOST_MB and spread <= MOST_SPREAD and cpu <= MOST_CPU


async def connect(port: int, way: Way, key: str) -> asyncio.StreamReader:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    start = f"GET {way.path}?kinds=signal HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Api-Key: {key}\r\n"
    writer.write(start.encode() + way.headers + b"\r\n")
    await reader.readuntil(way.opened)
    OPEN.append(writer)
    return reader


OPEN: list[asyncio.StreamWriter] = []


async def one_event(streams: list[asyncio.StreamReader], way: Way, number: int) -> Round:
    """Seal one new signal and wait until every stream has told it."""
    result = Round()
    sealed = asyncio.get_running_loop().create_future()

    async def hear(reader: asyncio.StreamReader) -> None:
        await reader.readuntil(way.told)
        heard = time.monotonic()
        result.heard.append(heard - await sealed)

    waiting = [asyncio.create_task(hear(reader)) for reader in streams]
    sealed.set_result(await asyncio.to_thread(happen, number))
    await asyncio.gather(*waiting)
    await asyncio.sleep(1)
    return result


def happen(number: int) -> float:
    """Log and seal a new signal in this process; when that was done."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forexsignals.live_settings")
    django.setup(set_prefix=False)
    from django.db import connections
    from django.utils import timezone

    from audit.log import log_event
    from audit.sealing import seal_pending

    payload = {"signal": {**NEW_SIGNAL, "id": number}}
    log_event("signal.generated", at=timezone.now(), text="bench", payload=payload)
    seal_pending()
    connections.close_all()
    return time.monotonic()


def is_open(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def rss_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
