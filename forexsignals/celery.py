"""The Celery application; tasks are found in each app's `tasks.py`."""

import os
import sys
from typing import Any

import structlog
from celery import Celery
from celery.signals import setup_logging, worker_process_init
from django_structlog.celery.signals import bind_extra_task_metadata
from django_structlog.celery.steps import DjangoStructLogInitStep

from forexsignals.supervisor import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forexsignals.settings")

app = Celery("forexsignals")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect  # type: ignore[untyped-decorator]
def keep_our_logging(**_options: Any) -> None:
    """Being connected is all: Celery then leaves the logging of settings.py as it is."""


@worker_process_init.connect  # type: ignore[untyped-decorator]
def end_with_the_worker(**_options: Any) -> None:
    """A process of a worker's pool does not outlive the worker, even one that was killed."""
    if sys.platform == "linux":
        die_with_parent()


def name_task(*, task: Any, **_context: Any) -> None:
    """Put the task's name beside its id in every line logged while it runs."""
    structlog.contextvars.bind_contextvars(task=task.name)


bind_extra_task_metadata.connect(name_task)
