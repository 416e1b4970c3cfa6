"""JSON lines on stdout and in one rotating file per process; plain warnings for people."""

import os
from collections.abc import Iterable, Sequence
from logging import ERROR, WARNING, LogRecord, captureWarnings
from pathlib import Path
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter

from forexsignals.scrubbing import Scrubber

FILE_BYTES = 10_000_000
FILES_KEPT = 5
SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
# Whose INFO is noise: one line per task or request comes from django_structlog already
QUIET = (
    "axes.apps",
    "celery.worker",
    "celery.app.trace",
    "celery.beat",
    "uvicorn.access",
    "httpx",
    "urllib3",
)
QUIET_TASKS = {"audit.tasks.seal_events", "delivery.tasks.sweep"}  # every few seconds
QUIET_REQUESTS = ("GET /live/",)  # every 2 seconds from each open page
# Whose warnings a person at the console need not read; the file has them
FILE_ONLY = ("axes", "django.request", "django.security", "django_structlog", "py.warnings")


def process_name(argv: Sequence[str]) -> str:
    """What this process is: web, worker, beat, watch, or manage for any other command."""
    program, arguments = Path(argv[0]).parts[-2:], argv[1:]
    if "celery" in " ".join(program):
        return next((word for word in ("worker", "beat") if word in arguments), "celery")
    if any(server in " ".join(program) for server in ("gunicorn", "uvicorn")):
        return "web"
    return "watch" if arguments[:1] == ["watch"] else "manage"


class NoRoutine:
    """Drops the start and end lines of tasks and of page polls that come every few seconds."""

    def filter(self, record: LogRecord) -> bool:
        if record.levelno >= WARNING or not record.name.startswith("django_structlog."):
            return True
        event = record.msg if isinstance(record.msg, dict) else {}
        if str(event.get("request", "")).startswith(QUIET_REQUESTS):
            return False
        return not {event.get("task"), event.get("child_task_name")} & QUIET_TASKS


class ForPeople:
    """Keeps what a person at the console can act on."""

    def filter(self, record: LogRecord) -> bool:
        return record.levelno >= ERROR or not record.name.startswith(FILE_ONLY)


def plain_line(_logger: Any, _method: str, event: dict[str, Any]) -> str:
    """One readable line: time, process, level, text, and the exception's last line if any."""
    time = str(event.get("timestamp", ""))[11:19]
    last = str(event.get("exception", "")).strip().rpartition("\n")[2]
    text = " | ".join(filter(None, (str(event.get("event", "")), last)))
    return f"{time} {event.get('process', ''):<8} {event.get('level', '')}: {text}"


def logging_config(
    process: str, *, log_dir: Path | None, level: str, json_stdout: bool, secrets: Iterable[str]
) -> dict[str, Any]:
    """Django's LOGGING for this process."""
    scrub = Scrubber(secrets)
    console = "stdout" if json_stdout else "people"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": _formatter(process, structlog.processors.JSONRenderer(), scrub),
            "plain": _formatter(process, plain_line, scrub),
        },
        "filters": {"no_routine": {"()": NoRoutine}, "for_people": {"()": ForPeople}},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "json",
                "filters": ["no_routine"],
            },
            "people": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "plain",
                "level": "WARNING",
                "filters": ["for_people"],
            },
        }
        | ({"file": _file_handler(log_dir, process)} if log_dir else {}),
        "root": {"handlers": [console, *(["file"] if log_dir else [])], "level": level},
        "loggers": {name: {"level": "WARNING"} for name in QUIET}
        | {
            name: {"handlers": [], "propagate": True}
            for name in ("django", "django.server", "uvicorn", "uvicorn.error", "gunicorn.error")
        },
    }


def join_other_loggers() -> None:
    """Send structlog's loggers and Python's warnings through the standard ones: one format."""
    captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED_PROCESSORS,
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _formatter(process: str, renderer: Any, scrub: Scrubber) -> dict[str, Any]:
    def name_process(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
        return {**event, "process": process, "pid": os.getpid()}

    return {
        "()": ProcessorFormatter,
        "processors": [
            ProcessorFormatter.remove_processors_meta,
            name_process,
            renderer,
            scrub,
        ],
        "foreign_pre_chain": SHARED_PROCESSORS,
    }


def _file_handler(log_dir: Path, process: str) -> dict[str, Any]:
    return {
        "class": "forexsignals.logfiles.SharedRotatingFileHandler",
        "filename": str(log_dir / f"{process}.log"),
        "maxBytes": FILE_BYTES,
        "backupCount": FILES_KEPT,
        "formatter": "json",
        "filters": ["no_routine"],
    }
