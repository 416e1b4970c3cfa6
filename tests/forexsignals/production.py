"""A desk in its production shape: a database of its own on PostgreSQL, Redis, plain commands."""

import os
import secrets
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import redis

from tests.forexsignals.migrated import create_migrated, with_path
from tests.processes import ROOT, plain_environment, run_manage

SECRETS = ("SECRET_KEY", "JWT_SECRET", "FIELD_ENCRYPTION_KEY")


@contextmanager
def production_desk(
    var_dir: Path, *, redis_db: int, is_seeded: bool = True, **settings: str
) -> Iterator[dict[str, str]]:
    """The environment of a migrated and seeded desk that ticks every five seconds."""
    server, name = os.environ["DATABASE_URL"], f"desk_{secrets.token_hex(4)}"
    broker = settings.pop("REDIS_URL", "") or os.environ["REDIS_URL"]
    environment = {secret: secrets.token_urlsafe(48) for secret in SECRETS} | {
        "DATABASE_URL": with_path(server, f"/{name}"),
        "REDIS_URL": with_path(broker, f"/{redis_db}"),
        "VAR_DIR": str(var_dir),
        "EVALUATION_INTERVAL_SECONDS": "5",
        "LOG_STDOUT": "false",
        **settings,
    }
    with psycopg.connect(server, autocommit=True) as admin:
        create_migrated(name, environment)
        try:
            redis.Redis.from_url(environment["REDIS_URL"]).flushdb()
            if is_seeded:
                result = run_manage("seed", **environment)
                assert result.returncode == 0, result.stderr
            yield environment
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def start(command: Sequence[str], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    """One process of the desk, running."""
    return subprocess.Popen(
        command, cwd=ROOT, env=plain_environment(**environment), stdout=subprocess.DEVNULL
    )


def query(environment: dict[str, str], sql: str) -> list[tuple[Any, ...]]:
    """The rows of a look into the desk's database."""
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        return connection.execute(sql).fetchall()  # type: ignore[call-overload]
