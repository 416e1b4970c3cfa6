import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.processes import Desk, is_alive, run_manage, wait_for

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One running desk for this module; the tests use it in the order of the file."""
    desk = Desk(var_dir=tmp_path_factory.mktemp("var"))
    desk.start()
    yield desk
    if desk.process and desk.process.poll() is None:
        desk.end(signal.SIGTERM)


def passwords(desk: Desk) -> list[str]:
    return re.findall(r"Password\s+(\S+)", desk.console)


def test_the_first_start_prints_address_name_and_password_once(desk: Desk) -> None:
    wait_for(lambda: "Ctrl-C" in desk.console, seconds=30, what="the banner")

    assert f"Open http://127.0.0.1:{desk.port}/" in desk.console
    assert len(passwords(desk)) == 1


def test_callers_cannot_escape_the_limit_by_naming_another_address(desk: Desk) -> None:
    url = f"http://127.0.0.1:{desk.port}/api/signals/recent?limit=1"

    answers = [
        requests.get(url, headers={"X-Forwarded-For": f"198.51.100.{n}"}, timeout=10).status_code
        for n in range(250)
    ]

    assert 429 in answers


def test_the_password_is_in_no_file_but_the_console(desk: Desk) -> None:
    [password] = passwords(desk)

    files = [path for path in desk.var_dir.rglob("*") if path.is_file()]

    holders = [path.name for path in files if password.encode() in path.read_bytes()]
    assert holders == ["console.txt"]


def test_every_process_runs(desk: Desk) -> None:
    for name in ("broker", "web", "worker", "backtests", "beat", "watch"):
        assert desk.wait_for_child(name)


@pytest.mark.parametrize("name", ["worker", "broker", "beat", "web"])
def test_a_killed_child_comes_back(desk: Desk, name: str) -> None:
    pid = desk.wait_for_child(name)

    subprocess.run(["kill", "-9", str(pid)], check=True)

    assert desk.wait_for_child(name, other_than=pid) != pid


def test_a_second_shell_finds_secrets_and_broker(desk: Desk) -> None:
    result = run_manage(
        "shell",
        "-v0",
        "-c",
        "from django.core.cache import cache; cache.set('a', 1); print(cache.get('a'))",
        VAR_DIR=str(desk.var_dir),
    )

    assert result.stdout.strip() == "1", result.stderr


def test_a_second_desk_in_the_same_folder_is_refused_in_one_line(desk: Desk) -> None:
    result = run_manage("up", VAR_DIR=str(desk.var_dir))

    assert result.returncode == 1
    assert f"already running (process {desk.pid})" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_taken_port_is_refused_in_one_line(desk: Desk, tmp_path: Path) -> None:
    result = run_manage("up", VAR_DIR=str(tmp_path), PORT=str(desk.port))

    assert result.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{desk.port}" in result.stderr
    assert "Traceback" not in result.stderr


def test_sigterm_stops_everything_within_seconds(desk: Desk) -> None:
    started = time.monotonic()

    pids = desk.end(signal.SIGTERM)

    assert desk.process and desk.process.returncode == 0
    assert time.monotonic() - started < 25
    assert [pid for pid in pids if is_alive(pid)] == []


def test_a_second_start_keeps_the_rows_and_prints_no_password(desk: Desk) -> None:
    desk.start()

    wait_for(lambda: desk.console.count("Open http") == 2, seconds=30, what="the banner")
    assert len(passwords(desk)) == 1


def test_no_child_outlives_a_killed_desk(desk: Desk) -> None:
    pids = desk.end(signal.SIGKILL)

    wait_for(lambda: not any(map(is_alive, pids)), seconds=30, what="every child gone")
