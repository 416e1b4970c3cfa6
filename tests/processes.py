"""Real processes in tests: start the desk, find its children, wait for what they do."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.error import HTTPError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
Found = TypeVar("Found")


def plain_environment(**values: str) -> dict[str, str]:
    """The environment of a fresh clone: nothing of the desk set but `values`."""
    settings = {
        line.split("=", 1)[0]
        for line in (ROOT / ".env.example").read_text().splitlines()
        if "=" in line and not line.startswith("#")
    }
    kept = {name: value for name, value in os.environ.items() if name not in settings}
    kept |= {"ENV_FILE": os.devnull, "DJANGO_SETTINGS_MODULE": "forexsignals.settings"}
    return kept | values


def run_manage(*arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    """A finished `manage.py` command in the environment of a fresh clone."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=plain_environment(**values),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def free_port() -> int:
    """A port nobody listens at, and none of those the system gives to whoever connects."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_for(look: Callable[[], Found | None], *, seconds: float, what: str) -> Found:
    """The first true answer of `look`, asked again and again."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds:.0f} s")


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def children(pid: int) -> dict[str, int]:
    """The running children of `pid`: name of the desk's process to its pid."""
    pids = map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    named = {process_name(child): child for child in pids if is_alive(child)}
    return {name: child for name, child in named.items() if name}


def process_name(pid: int) -> str:
    """What the supervisor called the process; "" when it is gone or not one of the desk's."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return ""
    if b"redis-server" in words or b"valkey-server" in words:
        return "broker"  # it writes its title over its environment
    names = [entry for entry in environment if entry.startswith(b"PROCESS_NAME=")]
    return names[0].partition(b"=")[2].decode() if names else ""


@dataclass
class Desk:
    """One `manage.py up` in a folder of its own."""

    var_dir: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def console(self) -> str:
        """All that every start so far printed."""
        return (self.var_dir / "console.txt").read_text()

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    def start(self) -> None:
        """Start it and wait for its first page."""
        values = {"VAR_DIR": str(self.var_dir), "PORT": str(self.port), **self.settings}
        with (self.var_dir / "console.txt").open("ab") as console:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env=plain_environment(**values),
                stdout=console,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        wait_for(self.answers, seconds=90, what=f"first page\n{self.console}")

    def answers(self) -> bool:
        assert self.process and self.process.poll() is None, self.console
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/api/health", timeout=2):
                return True
        except HTTPError:
            return True  # it answers, if only that something is missing
        except OSError:
            return False

    def wait_for_child(self, name: str, *, other_than: int = 0) -> int:
        """The pid of the running child `name`, once it is not `other_than`."""

        def look() -> int | None:
            pid = children(self.pid).get(name)
            return pid if pid != other_than else None

        return wait_for(look, seconds=90, what=f"a new {name}")

    def end(self, number: signal.Signals) -> list[int]:
        """Send the signal, wait for the end; the pids of all that ran before."""
        assert self.process
        pids = [self.pid, *children(self.pid).values()]
        self.process.send_signal(number)
        self.process.wait(40)
        return pids
