"""What happens on the desk while somebody listens to /api/stream."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from asgiref.sync import sync_to_async
from django.db import connections
from django.test import Client
from django.utils import timezone

from audit.log import log_event
from audit.models import Event
from audit.sealing import seal_pending
from dashboard.live.hub import hub
from signals.messages import told
from tests.builders import make_key


def happen(*kinds, **values):
    """Events of these kinds, logged and sealed; the number of the last one."""
    for kind in kinds:
        log_event(kind, at=timezone.now(), text=f"{kind} happened", **values)
    seal_pending()
    return Event.objects.latest("pk").seal.seq


def happen_to(signal, kind="signal.generated"):
    """The number of an event of this signal."""
    return happen(kind, subject=f"signal:{signal.pk}", payload=told(signal))


def key_with(*scopes):
    """The header of a key with these scopes."""
    return {"X-Api-Key": make_key(*scopes)[1]}


def cookie_of(user):
    """The header of a browser this user is logged in with."""
    client = Client()
    client.force_login(user)
    return {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}


def read(scenario):
    """Run `scenario`; afterwards nobody listens and nothing looks at the database any more.

    In a thread of its own: the browser tests leave a loop running in this one.
    """
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, scenario()).result()
    assert not hub.clients


def beside(work):
    """`work` in a thread that gives its connection back, while the loop runs."""

    def run(*args, **values):
        try:
            return work(*args, **values)
        finally:
            connections.close_all()

    return sync_to_async(run, thread_sensitive=False)


later, later_to = beside(happen), beside(happen_to)
