"""What every test of backtests may count on."""

from collections.abc import Iterator

import pytest
from celery import current_app


@pytest.fixture(autouse=True)
def nobody_works_here() -> Iterator[None]:
    """A wake-up reaches nobody, so a queued run waits until the test does it."""
    kept = current_app.conf.task_always_eager
    current_app.conf.task_always_eager = False
    yield
    current_app.conf.task_always_eager = kept
