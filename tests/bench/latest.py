"""Requests a second of the pull API, beside FastAPI and SQLAlchemy on the same rows.

    make bench WHAT=latest [ARGS="--rounds 7 --seconds 4 --clients 16"]

On SQLite, or on the PostgreSQL and Redis that DATABASE_URL and REDIS_URL name. The desk is served
as in production (gunicorn, two workers; compose.yaml), with its limits, log-in and log; the peer
by uvicorn with two workers and nothing of that, as FastAPI's guide writes it and once more bare.
All answer alike, which is checked first; they are asked in turns. Ends with 1 when the desk is
slower than the guide's peer, or its p99 worse, at the median.
"""

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from forexsignals.processes import gunicorn
from tests.bench.stream import cpu_seconds
from tests.forexsignals.production import production_desk, start
from tests.processes import ROOT, free_port, plain_environment, run_manage, wait_for

SIGNALS, CANDLES = 40_000, 28_000
FILL = f"""
from datetime import timedelta
from django.utils import timezone
from tests.bench.filled import Size, fill
from markets.models import Symbol
from signals.models import Signal
fill(Size(signals={SIGNALS}, candles={CANDLES}, messages=0), say=str)
for symbol in Symbol.objects.all():
    newest = Signal.objects.public().filter(symbol=symbol).order_by("-bar_closed_at", "-pk").first()
    newest.expires_at = timezone.now() + timedelta(days=1)
    newest.save()
    print(symbol.code)
"""
RECENT = "/api/signals/recent?limit=50"


@dataclass(frozen=True)
class Turn:
    """What one server did in one turn."""

    per_second: float
    p50: float  # ms
    p99: float  # ms
    cpu: float  # ms of the server's own work for one request


@dataclass(frozen=True)
class Server:
    """One that answers, with all its turns so far."""

    name: str
    port: int
    pid: int
    root: str = ""  # before each path
    turns: list[Turn] = field(default_factory=list)

    def ask(self, path: str) -> dict[str, object]:
        with urlopen(f"http://127.0.0.1:{self.port}{self.root}{path}", timeout=10) as found:
            return dict(json.loads(found.read()))

    def is_up(self) -> bool:
        try:
            return bool(self.ask("/api/signals/recent?limit=1"))
        except OSError:
            return False

    def cpu(self) -> float:
        """Seconds of work of all its processes so far."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return sum(cpu_seconds(int(pid)) for pid in (self.pid, *children))

    def row(self) -> str:
        shown = (
            median(getattr(turn, part) for turn in self.turns) for part in Turn.__annotations__
        )
        return "| {} | {:.0f} | {:.1f} | {:.1f} | {:.2f} |".format(self.name, *shown)


def main(arguments: Sequence[str]) -> None:
    parser = ArgumentParser(prog="make bench WHAT=latest", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--clients", type=int, default=16)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, desk(Path(folder)) as environment:
        symbols = filled(environment)
        with servers(environment) as running:
            latest = [f"/api/signals/latest?symbol={code}" for code in symbols]
            answer_alike(running, [*latest, RECENT])
            is_met = [compare(paths, running, options) for paths in (latest, [RECENT])]
    sys.exit(0 if all(is_met) else 1)


@contextmanager
def desk(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of a seeded desk behind one proxy."""
    own = {"NUM_PROXIES": "1", "LOG_DIR": "none", "LOG_STDOUT": "true"}
    if os.environ.get("DATABASE_URL"):
        with production_desk(folder, redis_db=6, **own) as environment:
            yield environment
        return
    environment = {"VAR_DIR": str(folder), **own}
    if os.environ.get("REDIS_URL"):
        environment["REDIS_URL"] = os.environ["REDIS_URL"]
    yield environment


def filled(environment: dict[str, str]) -> list[str]:
    """The symbols of the desk after its tables are full; each has a current signal."""
    result = run_manage("shell", "-v", "0", "-c", FILL, **environment)
    assert result.returncode == 0, result.stderr
    return result.stdout.split()


@contextmanager
def servers(environment: dict[str, str]) -> Iterator[list[Server]]:
    """The desk, the peer and the bare peer, all running."""
    environment = {**environment, "PEER_DATABASE": peer_database(environment)}
    ports = free_port(), free_port()
    commands = gunicorn(host="127.0.0.1", port=ports[0]), fastapi(ports[1])
    with ExitStack() as running:
        found = []
        for name, port, command in zip(("desk", "peer"), ports, commands, strict=True):
            process = start(command, environment)
            running.callback(process.wait)
            running.callback(process.terminate)
            found.append(Server(name, port, process.pid))
            wait_for(found[-1].is_up, seconds=60, what=name)
        yield [*found, replace(found[1], name="peer, bare", root="/bare", turns=[])]


def fastapi(port: int) -> list[str]:
    options = ["--port", str(port), "--workers", "2", "--no-access-log", "--log-level", "warning"]
    return [sys.executable, "-m", "uvicorn", "tests.bench.fastapi_desk:app", *options]


def peer_database(environment: dict[str, str]) -> str:
    url = environment.get("DATABASE_URL", "")
    if url:
        return url.replace("postgres://", "postgresql+psycopg://", 1)
    return f"sqlite:///{environment['VAR_DIR']}/desk.sqlite3"


def answer_alike(servers: Sequence[Server], paths: Sequence[str]) -> None:
    """All say the same; the desk also says where the next page begins."""
    desk, *peers = servers
    for path in paths:
        own = {name: said for name, said in desk.ask(path).items() if name != "next"}
        assert all(own == peer.ask(path) for peer in peers), path


def compare(paths: list[str], servers: Sequence[Server], options: Namespace) -> bool:
    """Print what each did in its turns; whether the desk is at least as fast as the first peer."""
    for server in servers:
        take_turn(server, paths, options)  # warm
        server.turns.clear()
    for _ in range(options.rounds):
        for server in servers:
            server.turns.append(take_turn(server, paths, options))
    path = paths[0].partition("?")[0]
    print(f"\n{path}: {options.rounds} turns of {options.seconds:g} s, {options.clients} clients\n")
    print("| server | requests/s | p50 ms | p99 ms | own work, ms |\n|---|---|---|---|---|")
    print("\n".join(server.row() for server in servers))
    desk, *peers = servers
    for peer in peers:
        rates, tails, work = (ratios(desk, peer, of) for of in ("per_second", "p99", "cpu"))
        shown = f"{spread(rates)} | | {spread(tails)} | {spread(work)}"
        print(f"| desk / {peer.name}, median (least to most) | {shown} |", flush=True)
    met = ratios(desk, peers[0], "per_second"), ratios(desk, peers[0], "p99")
    return median(met[0]) >= 1 and median(met[1]) <= 1


def ratios(desk: Server, peer: Server, of: str) -> list[float]:
    """What the desk did in each turn, for one of what the peer did in the same."""
    turns = zip(desk.turns, peer.turns, strict=True)
    return [getattr(own, of) / getattr(other, of) for own, other in turns]


def spread(ratios: list[float]) -> str:
    return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def take_turn(server: Server, paths: list[str], options: Namespace) -> Turn:
    asked = {"port": server.port, "paths": [server.root + path for path in paths]}
    asked |= {"clients": options.clients, "seconds": options.seconds}
    before = server.cpu()
    result = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        cwd=ROOT,
        env=plain_environment(),
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(result.stdout)
    assert found.pop("others") == [], "not every answer was 200"
    requests = found["per_second"] * options.seconds
    return Turn(**found, cpu=1000 * (server.cpu() - before) / requests)
