"""The production shape: PostgreSQL, Redis, and two of each process by mistake."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from forexsignals import processes
from forexsignals.supervisor import end
from tests.forexsignals.production import production_desk, query, start
from tests.processes import run_manage, wait_for

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A seeded desk with the day of candles caught up."""
    with production_desk(tmp_path_factory.mktemp("var"), redis_db=9) as values:
        result = run_manage("evaluate", **values)
        assert result.returncode == 0, result.stderr
        yield values


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


def count(environment: dict[str, str], sql: str) -> int:
    return int(query(environment, sql)[0][0])


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
