"""Processes that are started again a second after they die, as systemd or Docker would."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from forexsignals.broker import server_program, wait_until_it_answers
from tests.processes import ROOT, free_port, is_alive

AGAIN_AFTER = 1.0  # seconds
LIBC = ctypes.CDLL(None)


@dataclass
class Kept:
    """One process; `look_after` starts it again, unless it is held down."""

    role: str
    command: Sequence[str]
    environment: dict[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    due: float = 0.0
    groups: list[int] = field(default_factory=list)  # of every start: orphans end with them

    @property
    def pid(self) -> int:
        return self.process.pid if self.process and self.process.poll() is None else 0

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                preexec_fn=die_with_parent,
            )
        self.groups.append(self.process.pid)

    def look_after(self) -> None:
        if self.pid:
            return
        if self.process is not None:
            self.process, self.due = None, time.monotonic() + AGAIN_AFTER
        elif time.monotonic() >= self.due:
            self.start()

    def end(self, *, grace: float = 5.0) -> None:
        """End it and whatever its earlier lives left behind."""
        if self.process and self.pid:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(grace)
        for group in self.groups:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        if self.process:
            self.process.wait()

    def children(self) -> list[int]:
        """Its living children's pids."""
        try:
            listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        except OSError:
            return []
        return [pid for pid in map(int, listed.split()) if is_alive(pid)]


@dataclass
class Redis:
    """A broker of one's own that keeps nothing."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        self.process = subprocess.Popen(
            [server_program(), *options, "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            preexec_fn=die_with_parent,
        )
        wait_until_it_answers(self.url, seconds=10, hint="The storm's own Redis did not start.")

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()


def age(pid: int) -> float:
    """Seconds since the process began; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return time.monotonic() - int(fields[19]) / os.sysconf("SC_CLK_TCK")  # both count from boot


def die_with_parent() -> None:
    """Have the kernel end this process when the storm ends, however that ends."""
    LIBC.prctl(1, signal.SIGKILL)


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2):  # noqa: S310  our own address
            return True
    except URLError as error:
        return hasattr(error, "code")  # an HTTP error is an answer
    except OSError:
        return False
