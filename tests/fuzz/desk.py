"""A desk to fuzz: its own database and Redis, everything has happened on it, gunicorn serves it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from forexsignals.supervisor import end
from tests.forexsignals.production import production_desk, start
from tests.processes import ROOT, free_port, plain_environment, wait_for

Headers = dict[str, str]
PEOPLE = """
import json
from django.utils import timezone
from access.models import Scope
from access.tokens import RoleTokenSerializer
from tests.builders import make_key, make_user
from tests.rich import make_rich_desk
make_rich_desk(now=timezone.now())
tokens = {
    role: {"Authorization": f"Bearer {RoleTokenSerializer.get_token(user).access_token}"}
    for role in ("viewer", "staff")
    for user in [make_user(f"{role}-of-the-api", role)]
}
key = {"X-Api-Key": make_key(*Scope.values)[1]}
print("CALLERS" + json.dumps({"key": key, "nobody": {}, **tokens}))
"""
GUNICORN = [  # as compose.yaml starts it
    *(sys.executable, "-m", "gunicorn", "forexsignals.wsgi", "--preload"),
    *("--worker-class=gthread", "--workers=2", "--threads=8", "--log-level=error"),
]


@dataclass(frozen=True)
class FuzzedDesk:
    """Its environment, and the headers by which each kind of caller comes in."""

    environment: dict[str, str]
    callers: dict[str, Headers]


@contextmanager
def fuzzed_desk(var_dir: Path, *, redis_db: int) -> Iterator[FuzzedDesk]:
    """Its rows; nothing serves them yet."""
    unlimited = {"DJANGO_SETTINGS_MODULE": "tests.fuzz.settings"}
    with production_desk(var_dir, redis_db=redis_db, **unlimited) as environment:
        made = subprocess.run(
            [sys.executable, "manage.py", "shell", "-v0", "-c", PEOPLE],
            cwd=ROOT,
            env=plain_environment(**environment),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        yield FuzzedDesk(environment, json.loads(made.stdout.partition("CALLERS")[2]))


@contextmanager
def served(desk: FuzzedDesk, *, settings: str = "tests.fuzz.settings") -> Iterator[str]:
    """Where the desk answers; `settings` decides on its limits."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    chosen = {"DJANGO_SETTINGS_MODULE": settings, "PUBLIC_BASE_URL": url}
    server = start([*GUNICORN, f"--bind=127.0.0.1:{port}"], desk.environment | chosen)
    try:
        wait_for(lambda: answers(url), seconds=60, what="the first answer")
        yield url
    finally:
        end(server, grace=10)


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/api/health", timeout=10).ok
    except requests.RequestException:
        return False
