import pytest

from forexsignals.celery import app


@pytest.fixture
def celery_without_broker():
    """Publishing goes to a port where nobody listens."""
    eager, url = app.conf.task_always_eager, app.conf.broker_url
    app.conf.update(task_always_eager=False, broker_url="redis://127.0.0.1:9/0")
    yield
    app.conf.update(task_always_eager=eager, broker_url=url)
