"""The two shapes of a desk, and the naive sender, with handles for a storm to break them by."""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from forexsignals import processes
from tests.crash.callbacks import APP_SECRET
from tests.crash.kept import Kept, Redis, answers
from tests.crash.plan import Plan
from tests.forexsignals.production import production_desk
from tests.processes import (
    ROOT,
    Desk,
    children,
    plain_environment,
    run_manage,
    wait_for,
)


class Shape(Protocol):
    """Something that sends, running."""

    name: str
    environment: dict[str, str]

    def pids(self, role: str) -> list[int]:
        """The living processes of a role."""

    def look_after(self) -> None:
        """Start again what died."""

    def break_broker(self) -> None: ...

    def mend_broker(self) -> None: ...

    def driver(self, plan: Plan, start: float) -> list[str]:
        """The command that queues the plan's messages."""


@dataclass
class Embedded:
    """`manage.py up`: SQLite, its own broker, one worker with threads; it restarts its children."""

    desk: Desk
    environment: dict[str, str]
    name: str = "embedded"

    def pids(self, role: str) -> list[int]:
        pid = children(self.desk.pid).get("worker" if role == "child" else role)
        return [pid] if pid else []

    def look_after(self) -> None:
        """`up` does."""

    def break_broker(self) -> None:
        for pid in self.pids("broker"):
            os.kill(pid, signal.SIGKILL)
        for path in (self.desk.var_dir / "broker").iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def mend_broker(self) -> None:
        """`up` does."""

    def driver(self, plan: Plan, start: float) -> list[str]:
        return driver_command("queue", plan, start)


@dataclass
class Commands:
    """Plain commands around a Redis."""

    name: str
    environment: dict[str, str]
    redis: Redis
    kept: list[Kept] = field(default_factory=list)

    def keep(self, role: str, command: list[str], log: Path) -> None:
        self.kept.append(Kept(role, command, self.own_environment(), log))
        self.kept[-1].start()

    def own_environment(self) -> dict[str, str]:
        return plain_environment(**self.environment)

    def pids(self, role: str) -> list[int]:
        if role == "child":
            return [pid for one in self.kept if one.role == "worker" for pid in one.children()]
        return [one.pid for one in self.kept if one.role == role and one.pid]

    def look_after(self) -> None:
        for one in self.kept:
            one.look_after()

    def break_broker(self) -> None:
        self.redis.kill()

    def mend_broker(self) -> None:
        self.redis.start()

    def end(self) -> None:
        for one in self.kept:
            one.end()
        self.redis.kill()

    def driver(self, plan: Plan, start: float) -> list[str]:
        return driver_command("queue", plan, start)


@dataclass
class Naive(Commands):
    def own_environment(self) -> dict[str, str]:
        """Without Django: Celery loads it where it is named."""
        environment = super().own_environment()
        del environment["DJANGO_SETTINGS_MODULE"]
        return environment

    def driver(self, plan: Plan, start: float) -> list[str]:
        terms = [str(plan.seed), str(plan.size), str(plan.seconds), str(start)]
        return [sys.executable, "-m", "tests.crash.naive", *terms]


def driver_command(step: str, plan: Plan, *start: float) -> list[str]:
    terms = [str(plan.seed), str(plan.size), str(plan.seconds), *map(str, start)]
    return [sys.executable, "-m", "tests.crash.driver", step, *terms]


def whatsapp(provider_port: int) -> dict[str, str]:
    """The settings that point a desk to the storm's provider."""
    return {
        "WHATSAPP_API_BASE": f"http://127.0.0.1:{provider_port}",
        "OUTBOUND_ALLOW_HOSTS": "127.0.0.1",
        "WHATSAPP_TOKEN": "EAAtoken-of-the-storm",
        "WHATSAPP_PHONE_ID": "106540352242922",
        "WHATSAPP_TEMPLATE": "desk_signal",
        "WHATSAPP_APP_SECRET": APP_SECRET,
        "WHATSAPP_VERIFY_TOKEN": "verify",
    }


@contextmanager
def embedded(folder: Path, *, web_port: int, provider_port: int) -> Iterator[Embedded]:
    settings = {"LOG_STDOUT": "false", **whatsapp(provider_port)}
    desk = Desk(var_dir=folder, port=web_port, settings=settings)
    desk.start()
    try:
        for role in ("worker", "beat", "watch"):
            desk.wait_for_child(role)
        yield Embedded(desk, {"VAR_DIR": str(folder), "PORT": str(web_port), **settings})
    finally:
        desk.end(signal.SIGTERM)


@contextmanager
def production(folder: Path, *, web_port: int, provider_port: int) -> Iterator[Commands]:
    redis = Redis(folder)
    redis.start()
    more = {"REDIS_URL": redis.url, "EVALUATION_INTERVAL_SECONDS": "60", **whatsapp(provider_port)}
    with production_desk(folder / "var", redis_db=0, **more) as environment:
        result = run_manage("evaluate", **environment)
        assert result.returncode == 0, result.stderr
        shape = Commands("production", environment, redis)
        try:
            start_production(shape, folder, web_port)
            yield shape
        finally:
            shape.end()


def start_production(shape: Commands, folder: Path, web_port: int) -> None:
    """Two prefork workers, two beats, web and watch."""
    serve = ["-m", "gunicorn", "forexsignals.wsgi", "--preload", f"--bind=127.0.0.1:{web_port}"]
    serve += ["--worker-class=gthread", "--workers=2", "--threads=4", "--log-level=warning"]
    for number in (1, 2):
        worker = [*processes.celery("worker"), "--concurrency=2", f"--hostname=storm{number}@%h"]
        shape.keep("worker", worker, folder / f"worker{number}.txt")
        shape.keep("beat", list(processes.beat().command), folder / f"beat{number}.txt")
    shape.keep("watch", list(processes.watch(ROOT).command), folder / "watch.txt")
    shape.keep("web", [sys.executable, *serve], folder / "web.txt")
    url = f"http://127.0.0.1:{web_port}/api/health"
    wait_for(lambda: answers(url), seconds=180, what="the first page")


@contextmanager
def naive(folder: Path, *, acks: str, provider_port: int) -> Iterator[Naive]:
    """Two prefork workers with as many senders as a desk's two have lanes in use."""
    redis = Redis(folder)
    redis.start()
    environment = {
        "NAIVE_BROKER": redis.url,
        "NAIVE_PROVIDER": f"http://127.0.0.1:{provider_port}",
        "NAIVE_ACKS": acks,
    }
    shape = Naive(f"naive, acks {acks}", environment, redis)
    command = [sys.executable, "-m", "celery", "-q", "-A", "tests.crash.naive", "worker"]
    try:
        for number in (1, 2):
            own = [*command, "--concurrency=6", f"--hostname=naive{number}@%h"]
            shape.keep("worker", own, folder / f"worker{number}.txt")
        time.sleep(3.0)
        yield shape
    finally:
        shape.end()


def export(shape: Shape) -> Any:
    """What the desk says of itself."""
    result = run_manage("export_state", "--json", **shape.environment)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)
