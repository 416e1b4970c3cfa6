"""How fast 10,000 deliveries are taken and sent on PostgreSQL and Redis, beside plain tasks.

make bench [ARGS="--people 1000 --signals 10"]
"""

import os
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.crash import shapes
from tests.crash.plan import Plan
from tests.crash.storm import provider, settle
from tests.crash.verdict import read_journal
from tests.processes import ROOT, free_port, plain_environment

WAIT = 0.05  # seconds the provider takes for an answer
PATIENCE = 400.0  # seconds


@dataclass(frozen=True)
class Measured:
    name: str
    deliveries: int
    accept_seconds: float  # until all was queued
    drain_seconds: float  # from the first queued to the last one accepted
    posts: int
    peak_mb: float | None = None  # of the largest process that sends

    @property
    def rate(self) -> float:
        return self.deliveries / self.drain_seconds

    def row(self, peer: "Measured | None") -> str:
        ratio = f"{self.rate / peer.rate:.1f}" if peer else "-"
        memory = f"{self.peak_mb:.0f}" if self.peak_mb else "-"
        seconds = f"{self.accept_seconds:.1f} | {self.drain_seconds:.1f}"
        return (
            f"| {self.name} | {self.deliveries} | {self.posts} | {seconds} | {self.rate:.0f} "
            f"| {ratio} | {memory} |"
        )


def main(arguments: Sequence[str]) -> None:
    os.environ.setdefault("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    parser = ArgumentParser(prog="make bench")
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--signals", type=int, default=10)
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    desk = measure_desk(folder, options.people, options.signals)
    peer = measure_naive(folder, options.people, options.signals)
    print("| | deliveries | posts | queued in s | sent in s | deliveries/s | x peer | peak MB |")
    print("|---|---|---|---|---|---|---|---|")
    for measured in [*desk, peer]:
        print(measured.row(peer))


def measure_desk(folder: Path, people: int, signals: int) -> list[Measured]:
    """The desk with 24-hour windows open (lines share posts), and closed (a template each)."""
    port, journal = free_port(), folder / "desk.jsonl"
    with (
        provider(journal, port=port, wait=WAIT),
        shapes.production(fresh(folder / "desk"), web_port=free_port(), provider_port=port) as desk,
    ):
        found = []
        for window in ("open", "closed"):
            say(f"desk, window {window}")
            before = len(read_journal(journal))
            terms = [f"{window}", str(people), str(signals), window]
            accept = float(run([sys.executable, "-m", "tests.bench.queue", *terms], desk))
            found.append(
                measured(f"desk, window {window}", journal, before, people * signals, accept, desk)
            )
        return found


def measure_naive(folder: Path, people: int, signals: int) -> Measured:
    """One Celery task per message."""
    port, journal = free_port(), folder / "naive.jsonl"
    plan = Plan(seed=0, size=people * signals, seconds=0.001)
    with (
        provider(journal, port=port, wait=WAIT),
        shapes.naive(fresh(folder / "naive"), acks="early", provider_port=port) as naive,
    ):
        say("naive")
        started = time.monotonic()
        run(naive.driver(plan, time.time()), naive)
        accept = time.monotonic() - started
        return measured("naive, 12 processes", journal, 0, len(plan.copies()), accept, naive)


def measured(
    name: str, journal: Path, before: int, deliveries: int, accept: float, shape: shapes.Commands
) -> Measured:
    """Wait for the last acceptance; the first moment is when queueing began."""
    began = time.time() - accept
    peak = [0.0]

    def is_done() -> bool:
        peak.append(largest_mb(shape))
        return lines(journal, before) >= deliveries

    settle(shape, is_done, seconds=PATIENCE)
    taken = [e for e in read_journal(journal)[before:] if e["what"] == "accepted"]
    if lines(journal, before) < deliveries:
        raise SystemExit(f"{name}: only {lines(journal, before)} of {deliveries} were sent")
    ended = max(entry["at"] for entry in taken)
    return Measured(name, deliveries, accept, ended - began, len(taken), max(peak))


def lines(journal: Path, before: int) -> int:
    entries = read_journal(journal)[before:]
    return sum(len(entry["lines"]) for entry in entries if entry["what"] == "accepted")


def largest_mb(shape: shapes.Commands) -> float:
    """Peak resident memory of the largest worker process so far."""
    peaks = [0.0]
    for pid in [*shape.pids("worker"), *shape.pids("child")]:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                peaks.append(int(line.split()[1]) / 1024)
    return max(peaks)


def run(command: list[str], shape: shapes.Commands) -> str:
    environment = plain_environment(**shape.environment)
    return subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def fresh(folder: Path) -> Path:
    folder.mkdir()
    return folder


def say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
