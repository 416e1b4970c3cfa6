from collections.abc import Iterator

import pytest
from django.test import Client

from delivery import leaving
from forexsignals.celery import app
from tests.builders import make_user
from tests.delivery.graph_server import GraphServer, graph_server


@pytest.fixture
def graph(settings) -> Iterator[GraphServer]:
    """A local Graph API, and the desk configured to post to it."""
    with graph_server() as server:
        settings.WHATSAPP_API_BASE = server.url
        settings.WHATSAPP_TOKEN = "EAAtoken"
        settings.WHATSAPP_PHONE_ID = "106540352242922"
        settings.WHATSAPP_TEMPLATE = ""
        settings.OUTBOUND_ALLOW_HOSTS = ["127.0.0.1"]
        yield server


@pytest.fixture
def celery_without_broker():
    """Publishing goes to a port where nobody listens."""
    eager, url = app.conf.task_always_eager, app.conf.broker_url
    app.conf.update(task_always_eager=False, broker_url="redis://127.0.0.1:9/0")
    yield
    app.conf.update(task_always_eager=eager, broker_url=url)


@pytest.fixture
def staff(client: Client, db: None) -> Client:
    """A browser with Carol of staff logged in."""
    client.force_login(make_user("carol", "staff"))
    return client


@pytest.fixture
def boss(client: Client, db: None) -> Client:
    """A browser with an admin logged in."""
    client.force_login(make_user("boss", "admin"))
    return client


@pytest.fixture(autouse=True)
def own_marks(settings, tmp_path) -> Iterator[None]:
    """What a sender that a test let die left behind is not the next test's."""
    settings.OUTGOING_DIR = folder = tmp_path / "outgoing"
    yield
    if own := leaving._mine.pop(folder, None):
        own.memory.close()
        own.file.close()
