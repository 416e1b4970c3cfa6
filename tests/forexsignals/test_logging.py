import json
import logging
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest

from forexsignals.logfiles import SharedRotatingFileHandler
from forexsignals.logging import NoRoutine, plain_line, process_name
from tests.processes import ROOT, plain_environment

SPEAK = """
import django, logging, structlog
django.setup()
structlog.contextvars.bind_contextvars(request_id="r-1", task_id="t-1")
logging.getLogger("desk").warning("standard, key=%s", "canary-0123")
try:
    1 / 0
except ZeroDivisionError:
    structlog.get_logger("desk").exception("structured", symbol="EURUSD", token="canary-0123")
"""


def speak(var_dir: Path, **values: str) -> subprocess.CompletedProcess[str]:
    environment = plain_environment(VAR_DIR=str(var_dir), PROCESS_NAME="worker", **values)
    command = [sys.executable, "-c", SPEAK]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )


def test_both_kinds_of_loggers_write_the_same_json_to_stdout_and_file(tmp_path: Path) -> None:
    result = speak(tmp_path)

    lines = [json.loads(line) for line in result.stdout.splitlines()]
    written = [
        json.loads(line) for line in (tmp_path / "logs" / "worker.log").read_text().splitlines()
    ]
    for standard, structured in (lines[-2:], written[-2:]):
        assert standard["event"] == "standard, key=***"
        assert structured["symbol"] == "EURUSD"
        assert "ZeroDivisionError" in structured["exception"]
        for line in (standard, structured):
            assert (line["request_id"], line["task_id"]) == ("r-1", "t-1")
            assert line["process"] == "worker"
            assert line["timestamp"].endswith("Z")
    assert "canary" not in result.stdout + (tmp_path / "logs" / "worker.log").read_text()


def test_at_a_console_only_warnings_show_each_in_one_plain_line(tmp_path: Path) -> None:
    result = speak(tmp_path, LOG_STDOUT="false")

    assert result.stdout == ""
    first, second = result.stderr.splitlines()[-2:]
    assert first.endswith("worker   warning: standard, key=***")
    assert second.endswith("error: structured | ZeroDivisionError: division by zero")


def test_no_files_are_written_when_log_dir_is_none(tmp_path: Path) -> None:
    speak(tmp_path, LOG_DIR="none")

    assert not (tmp_path / "logs").exists()


@pytest.mark.parametrize(
    ("argv", "name"),
    [
        (["/desk/.venv/bin/celery", "-A", "forexsignals", "worker", "-c", "4"], "worker"),
        (["/desk/.venv/lib/celery/__main__.py", "-A", "forexsignals", "beat"], "beat"),
        (["/desk/.venv/bin/gunicorn", "forexsignals.wsgi"], "web"),
        (["/desk/.venv/lib/uvicorn/__main__.py", "forexsignals.asgi:application"], "web"),
        (["manage.py", "watch"], "watch"),
        (["manage.py", "rehearse", "--json"], "manage"),
        ([""], "manage"),
    ],
)
def test_a_process_is_named_after_its_command(argv: list[str], name: str) -> None:
    assert process_name(argv) == name


def test_routine_tasks_are_left_out_unless_they_fail() -> None:
    def keeps(task: str, level: int) -> bool:
        record = logging.LogRecord(
            "django_structlog.celery.receivers", level, "", 0, {"task": task}, None, None
        )
        return NoRoutine().filter(record)

    assert not keeps("audit.tasks.seal_events", logging.INFO)
    assert keeps("audit.tasks.seal_events", logging.ERROR)
    assert keeps("signals.tasks.evaluate", logging.INFO)


def test_a_plain_line_needs_no_field() -> None:
    assert plain_line(None, "info", {}).strip().endswith(":")


def write_lines(path: str, name: str) -> None:
    handler = SharedRotatingFileHandler(path, maxBytes=20_000, backupCount=100)
    for number in range(2_000):
        handler.emit(
            logging.LogRecord("x", 20, "", 0, f"{name} {number:06d} {'.' * 20}", None, None)
        )
    handler.close()


def test_three_processes_rotate_one_file_without_losing_a_line(tmp_path: Path) -> None:
    path, context = str(tmp_path / "web.log"), get_context("spawn")
    writers = [context.Process(target=write_lines, args=(path, name)) for name in "abc"]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    lines = [line for file in tmp_path.glob("web.log*") for line in file.read_text().splitlines()]
    assert len(lines) == len(set(lines)) == 6_000


def test_polls_of_open_pages_are_left_out_unless_they_fail() -> None:
    def is_kept(request: str, level: int) -> bool:
        message = {"request": request}
        name = "django_structlog.middlewares.request"
        return NoRoutine().filter(logging.LogRecord(name, level, "", 0, message, None, None))

    assert not is_kept("GET /live/cards/?v=1", logging.INFO)
    assert is_kept("GET /live/cards/?v=1", logging.ERROR)
    assert is_kept("GET /", logging.INFO)
