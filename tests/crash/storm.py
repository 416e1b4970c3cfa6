"""The storm itself: queue, kill, stop the broker, and wait until nothing moves any more."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from urllib.request import urlopen

from tests.crash.kept import age, die_with_parent
from tests.crash.plan import FALLBACK, Kill, Outage, Plan
from tests.crash.shapes import Shape
from tests.processes import ROOT, plain_environment, wait_for

STEP = 0.05  # seconds between two looks
UNFINISHED = ("pending", "claimed", "sending", "uncertain")


@dataclass(frozen=True)
class Killed:
    """A process that was killed, by the clock of the journal."""

    at: float
    role: str


@dataclass
class Record:
    """What a storm did, as it happened."""

    started: float
    killed: list[Killed] = field(default_factory=list)


@dataclass
class Storm:
    """One plan played against one shape."""

    plan: Plan
    shape: Shape
    record: Record
    kills: deque[Kill]
    outages: deque[Outage]
    log: BinaryIO
    mend_at: float | None = None

    def play(self) -> None:
        """Until all is queued and the last kill is over."""
        driver = self._driver()
        try:
            while driver.poll() is None or self.kills or self.mend_at is not None:
                self.step(time.time() - self.record.started)
                time.sleep(STEP)
        finally:
            driver.kill()
        if driver.wait() != 0:
            raise RuntimeError(f"the driver ended with {driver.returncode}")

    def step(self, elapsed: float) -> None:
        """What is due `elapsed` seconds after the start."""
        self.shape.look_after()
        if self.mend_at is not None and elapsed >= self.mend_at:
            self.shape.mend_broker()
            self.mend_at = None
        if self.mend_at is None and self.outages and elapsed >= self.outages[0].at:
            self.shape.break_broker()
            self.record.killed.append(Killed(time.time(), "broker"))
            self.mend_at = elapsed + self.outages.popleft().seconds
        if self.kills and elapsed >= self.kills[0].at:
            self._kill()

    def _kill(self) -> None:
        """Kill a process of the role that is due, else of another; if there is none, next step."""
        kill = self.kills[0]
        for role in (kill.role, *FALLBACK):
            pids = [pid for pid in self.shape.pids(role) if age(pid) > self.plan.grace]
            if not pids:
                continue
            with suppress(ProcessLookupError):
                os.kill(sorted(pids)[int(kill.pick * len(pids))], signal.SIGKILL)
                self.record.killed.append(Killed(time.time(), role))
                self.kills.popleft()
                return

    def _driver(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            self.shape.driver(self.plan, self.record.started),
            cwd=ROOT,
            env=plain_environment(**self.shape.environment),
            stdout=subprocess.DEVNULL,
            stderr=self.log,
            preexec_fn=die_with_parent,
        )


def storm(plan: Plan, shape: Shape, *, log: Path) -> Record:
    """The record of the whole plan played against `shape`."""
    record = Record(started=time.time() + 1.0)
    with log.open("ab") as file:
        kills, outages = deque(plan.killed()), deque(plan.broken())
        Storm(plan, shape, record, kills, outages, file).play()
    return record


def settle(shape: Shape, look: Callable[[], bool], *, seconds: float) -> None:
    """Return when `look` says that all is done, or after `seconds`; nothing is killed any more."""
    stop_at, next_look = time.monotonic() + seconds, 0.0
    while time.monotonic() < stop_at:
        shape.look_after()
        if time.monotonic() >= next_look:
            if look():
                return
            next_look = time.monotonic() + 3.0
        time.sleep(STEP)


def is_finished(state: Any) -> bool:
    return not any(
        delivery["state"] in UNFINISHED and delivery["channel"] == "whatsapp"
        for delivery in state["deliveries"]
    )


@contextmanager
def provider(
    journal: Path, *, port: int, seed: int | None = None, wait: float = 0.05, callbacks: str = ""
) -> Iterator[Callable[[], Any]]:
    """A running provider; call what you get for what it says of its callbacks."""
    command = [sys.executable, "-m", "tests.crash.provider", str(port), str(journal)]
    command += ["--wait", str(wait), *(["--seed", str(seed)] if seed is not None else [])]
    command += ["--callbacks", callbacks] if callbacks else []
    process = subprocess.Popen(command, cwd=ROOT, preexec_fn=die_with_parent)

    def look() -> Any:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            return json.load(answer)

    try:
        wait_for(look, seconds=20, what="the provider")
        yield look
    finally:
        process.kill()
        process.wait()
