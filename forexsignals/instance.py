"""One desk per folder, and a free port for it."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class TakenError(Exception):
    """Somebody else has the folder or the port; the text says who and what to do."""


@contextmanager
def only_desk(pid_file: Path) -> Iterator[None]:
    """Hold `pid_file` while the desk runs; the lock goes with the process, whatever ends it."""
    pid_file.parent.mkdir(parents=True, exist_ok=True)
    with pid_file.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            pid = file.read().strip() or "unknown"
            raise TakenError(
                f"The desk of this folder is already running (process {pid}). "
                f"Use that one, or stop it with: kill {pid}"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
        file.truncate(0)


def require_free_port(host: str, port: int) -> None:
    """Raise TakenError unless a server could listen on `host` and `port` now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise TakenError(
                f"Cannot listen on {host}:{port} ({error.strerror}). "
                f"Choose another port, for example: PORT={port + 1} make run"
            ) from error
