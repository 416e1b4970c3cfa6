"""The production shape: PostgreSQL, Redis, and two of each process by mistake."""

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import redis

from forexsignals import processes
from forexsignals.supervisor import end
from tests.processes import ROOT, plain_environment, run_manage, wait_for

pytestmark = pytest.mark.services
SECRETS = ("SECRET_KEY", "JWT_SECRET", "FIELD_ENCRYPTION_KEY")


def with_path(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=path))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A seeded desk on a database of its own, with the day of candles caught up."""
    server, name = os.environ["DATABASE_URL"], f"desk_{secrets.token_hex(4)}"
    values = {secret: secrets.token_urlsafe(48) for secret in SECRETS} | {
        "DATABASE_URL": with_path(server, f"/{name}"),
        "REDIS_URL": with_path(os.environ["REDIS_URL"], "/9"),
        "VAR_DIR": str(tmp_path_factory.mktemp("var")),
        "EVALUATION_INTERVAL_SECONDS": "5",
        "LOG_STDOUT": "false",
    }
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        redis.Redis.from_url(values["REDIS_URL"]).flushdb()
        for command in ("migrate", "seed", "evaluate"):
            result = run_manage(command, **values)
            assert result.returncode == 0, result.stderr
        yield values
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def workers(environment: dict[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two workers and two beats, as plain commands."""
    commands = [processes.worker(), processes.worker(), processes.beat(), processes.beat()]
    with ExitStack() as stack:
        started = []
        for child in commands:
            started.append(start(child.command, environment))
            stack.callback(end, started[-1], grace=20)
        yield started


def start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, cwd=ROOT, env=plain_environment(**environment), stdout=subprocess.DEVNULL
    )


def count(environment: dict[str, str], query: str) -> int:
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[call-overload]
    return int(row[0])


FINISHED = "SELECT count(*) FROM signals_tick WHERE finished_at IS NOT NULL"


def test_ticks_come_one_per_boundary_though_two_beats_send_them(
    environment: dict[str, str], workers: list[subprocess.Popen[bytes]]
) -> None:
    before = count(environment, FINISHED)

    wait_for(lambda: count(environment, FINISHED) >= before + 4, seconds=120, what="four ticks")

    doubles = "SELECT count(*) - count(DISTINCT slot) FROM signals_tick"
    assert count(environment, doubles) == 0


def test_no_bar_is_decided_twice(environment: dict[str, str]) -> None:
    per_bar = "SELECT count(DISTINCT (run_id, config_version_id, bar_time)) FROM signals_signal"

    assert count(environment, "SELECT count(*) FROM signals_signal") > 0
    assert count(environment, per_bar) == count(environment, "SELECT count(*) FROM signals_signal")


def test_the_log_is_sealed_while_it_grows(
    environment: dict[str, str], workers: list[subprocess.Popen[bytes]]
) -> None:
    unsealed = (
        "SELECT count(*) FROM audit_event e "
        "WHERE NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.event_id = e.id)"
    )

    wait_for(lambda: count(environment, unsealed) == 0, seconds=60, what="every event sealed")

    assert run_manage("verify_audit", **environment).returncode == 0


def test_ticks_go_on_after_a_worker_and_a_beat_are_killed(
    environment: dict[str, str], workers: list[subprocess.Popen[bytes]]
) -> None:
    for process in (workers[0], workers[2]):
        process.kill()
        process.wait()
    before = count(environment, FINISHED)

    wait_for(lambda: count(environment, FINISHED) >= before + 2, seconds=60, what="two ticks")


def test_nothing_late_was_delivered(environment: dict[str, str]) -> None:
    late = (
        "SELECT count(*) FROM signals_signal s JOIN delivery_message m "
        "ON m.key = 'signal:' || s.id WHERE s.late"
    )

    assert count(environment, late) == 0


def test_each_process_logged_to_its_own_file(environment: dict[str, str]) -> None:
    logs = {path.name for path in (Path(environment["VAR_DIR"]) / "logs").glob("*.log")}

    assert {"worker.log", "beat.log"} <= logs
