"""Child processes that are kept alive, and stopped in order."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

STEADY_SECONDS = 60  # a child that lived this long starts again without delay
LONGEST_PAUSE = 30.0  # seconds between two starts of a child that keeps dying
PR_SET_PDEATHSIG = 1  # prctl(2)

Say = Callable[[str], None]


@dataclass
class Child:
    """One process of the desk: its command, and how often it died lately."""

    name: str
    command: Sequence[str]
    grace: float = 10.0  # seconds from SIGTERM to SIGKILL
    once: bool = False  # runs to its end and is not started again
    is_chatty: bool = False  # prints what only its log need keep
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started: float = 0.0  # monotonic seconds, as all times here
    due: float = 0.0
    is_finished: bool = False

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self, *, now: float) -> None:
        """Run the command in a process group of its own: Ctrl-C reaches only the supervisor."""
        environment = {**os.environ, "PROCESS_NAME": self.name}
        for_people = environment.setdefault("LOG_STDOUT", "false") == "false"
        self.started = now
        self.process = subprocess.Popen(  # noqa: S603  the commands are ours
            self.command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if self.is_chatty and for_people else None,
            process_group=0,
            preexec_fn=die_with_parent if sys.platform == "linux" else None,
        )

    def pause(self, *, code: int, now: float) -> float:
        """Seconds to wait before the next start: 0 after a steady life, then 1, 2, 4 ... 30.

        1 after SIGKILL: somebody else ended it, so waiting longer would mend nothing.
        """
        if code == -signal.SIGKILL:
            return 1.0
        self.deaths = 0 if now - self.started > STEADY_SECONDS else self.deaths + 1
        return min(LONGEST_PAUSE, 2.0 ** (self.deaths - 1)) if self.deaths else 0.0


@dataclass
class Supervisor:
    """Starts children, starts dead ones again, stops all of them in the order of `children`."""

    say: Say
    children: list[Child] = field(default_factory=list)

    def add(self, *children: Child) -> None:
        """Start `children` and look after them from now on."""
        for child in children:
            self.children.append(child)
            child.start(now=time.monotonic())

    def look_after(self) -> None:
        """Notice each death and start again what is due."""
        now = time.monotonic()
        for child in self.children:
            if child.is_running or child.is_finished:
                continue
            if child.process is not None:
                self._bury(child, now=now)
            if child.due <= now and not child.is_finished:
                child.start(now=now)

    def stop(self, order: Sequence[str]) -> None:
        """End the named children one after the other, then any other, within their grace."""
        ranks = {name: rank for rank, name in enumerate(order)}
        for child in sorted(self.children, key=lambda child: ranks.get(child.name, -1)):
            if child.is_running and child.process:
                end(child.process, grace=child.grace)
        self.children.clear()

    def _bury(self, child: Child, *, now: float) -> None:
        code = child.process.returncode if child.process else 0
        child.process = None
        child.is_finished = child.once
        if child.once:
            self.say(f"{child.name} done" if code == 0 else f"{child.name} failed ({cause(code)})")
            return
        child.due = now + child.pause(code=code, now=now)
        self.say(f"{child.name} ended ({cause(code)}), starting it again")


def end(process: subprocess.Popen[bytes], *, grace: float) -> None:
    """Ask `process` to end, make it end after `grace` seconds."""
    process.terminate()
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def cause(code: int) -> str:
    """A return code in words: `exit code 1`, `SIGKILL`."""
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def die_with_parent() -> None:
    """Have the kernel kill this child when the supervisor is gone, even by SIGKILL."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


LIBC = ctypes.CDLL(None)
