"""The desk's processes as plain commands, as `manage.py up` and the tests start them."""

import os
import sys
from pathlib import Path

from forexsignals.supervisor import Child

STOP_ORDER = ("catch-up", "watch", "web", "beat", "backtests", "worker", "broker")
MOST_BACKTESTS = 4  # computed at the same time


def web(*, host: str, port: int) -> Child:
    """Pages, API and streams on ASGI."""
    return Child(name="web", command=uvicorn("forexsignals.asgi", host=host, port=port))


def live(*, host: str, port: int) -> Child:
    """Streams alone, beside WSGI workers that serve the rest."""
    return Child(name="live", command=uvicorn("forexsignals.live", host=host, port=port))


def worker() -> Child:
    """Tasks in four threads of one process; a task may finish before it stops."""
    return Child(
        name="worker",
        command=[*celery("worker"), "-P", "threads", "-c", "4", "--without-gossip"],
        grace=15.0,
        is_chatty=True,
    )


def backtests() -> Child:
    """Backtests in processes of their own, a core each, that yield to everything else.

    What is running when it is told to stop is dropped at once; its row is taken up again.
    """
    cores = str(min(os.cpu_count() or 1, MOST_BACKTESTS))
    options = ["-Q", "backtests", "-n", "backtests@%h", "-c", cores]
    options += ["--max-memory-per-child", "600000"]  # kB; then a new process takes its place
    options += ["--without-gossip", "--without-mingle"]
    return Child(
        name="backtests",
        command=["env", "REMAP_SIGTERM=SIGQUIT", "nice", "-n", "10", *celery("worker"), *options],
        is_chatty=True,
    )


def beat() -> Child:
    """The clock that wakes the worker."""
    return Child(name="beat", command=[*celery("beat"), "--pidfile="], is_chatty=True)


def watch(base_dir: Path) -> Child:
    """The one that notices when ticks stop."""
    return Child(name="watch", command=manage(base_dir, "watch"))


def catch_up(base_dir: Path) -> Child:
    """One tick now, over every stored minute that no tick has seen."""
    return Child(name="catch-up", command=manage(base_dir, "evaluate"), once=True)


def uvicorn(module: str, *, host: str, port: int) -> list[str]:
    """An ASGI server; open streams get 3 s to end."""
    options = ["--host", host, "--port", str(port), "--no-access-log", "--log-level", "warning"]
    options += ["--timeout-graceful-shutdown", "3", "--no-server-header"]
    options += ["--no-proxy-headers"]  # NUM_PROXIES alone says whose word about an address counts
    options += ["--ws-max-size", "16384", "--ws-per-message-deflate", "false"]  # bytes; listeners
    options += ["--ws-ping-interval", "20", "--ws-ping-timeout", "20"]  # seconds
    return [sys.executable, "-m", "uvicorn", f"{module}:application", *options]


def gunicorn(*, host: str, port: int) -> list[str]:
    """WSGI workers for pages and pull API, as compose.yaml starts them."""
    options = ["--preload", "--bind", f"{host}:{port}", "--worker-class", "gthread"]
    options += ["--workers", "2", "--threads", "8", "--log-level", "warning"]
    return [sys.executable, "-m", "gunicorn", "forexsignals.wsgi", *options]


def celery(role: str) -> list[str]:
    """The start of a quiet Celery command."""
    return [sys.executable, "-m", "celery", "-q", "-A", "forexsignals", role]


def manage(base_dir: Path, command: str) -> list[str]:
    """A command of `manage.py`."""
    return [sys.executable, str(base_dir / "manage.py"), command]
