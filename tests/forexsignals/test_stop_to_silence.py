"""STOP while fifty messages wait: real web, worker and beat, and a provider that answers slowly."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests

from forexsignals import processes
from forexsignals.supervisor import end
from tests.delivery.graph_server import SLOW, GraphServer
from tests.delivery.meta import SECRET, callback, message, signature
from tests.delivery.scripted_server import Request
from tests.forexsignals.production import production_desk, query, start
from tests.processes import free_port, run_manage, wait_for

pytestmark = pytest.mark.services

PHONE = "447911100001"
QUEUE_FIFTY = """
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from delivery.models import Recipient
from delivery.outbox import queue_message
anna, now = Recipient.objects.get(channel="whatsapp"), timezone.now()
with transaction.atomic():
    for n in range(50):
        queue_message(key=f"line:{n}", kind="signal", title="EURUSD BUY", text=f"line {n}",
            fields={}, tags={}, deliver_by=now + timedelta(minutes=5), now=now, recipients=[anna])
"""
STATES = """
SELECT d.state, d.reason, count(*) FROM delivery_delivery d
JOIN delivery_message m ON m.id = d.message_id WHERE m.key LIKE 'line:%' GROUP BY 1, 2
"""


class TimedGraph(GraphServer):
    """Notes when each request came."""

    def noted(self, request: Request) -> dict[str, Any]:
        return {**super().noted(request), "at": time.time()}


@pytest.fixture
def graph() -> Iterator[TimedGraph]:
    with TimedGraph.listening() as server:
        yield server


@pytest.fixture
def web(tmp_path_factory: pytest.TempPathFactory, graph: TimedGraph) -> Iterator[dict[str, str]]:
    """A desk with one recipient, outside the 24-hour window: each line is a post of its own."""
    port = free_port()
    settings = {
        "PORT": str(port),
        "WHATSAPP_TO": f"+{PHONE}",
        "WHATSAPP_TOKEN": "token",
        "WHATSAPP_PHONE_ID": "1063",
        "WHATSAPP_TEMPLATE": "desk_signal",
        "WHATSAPP_APP_SECRET": SECRET,
        "WHATSAPP_API_BASE": graph.url,
        "OUTBOUND_ALLOW_HOSTS": "127.0.0.1",
    }
    folder = tmp_path_factory.mktemp("var")
    children = (processes.worker(), processes.beat(), processes.web(host="127.0.0.1", port=port))
    with production_desk(folder, redis_db=11, **settings) as environment, ExitStack() as stack:
        for child in children:
            stack.callback(end, start(child.command, environment), grace=20)
        wait_for(lambda: answers(port), seconds=60, what="the web server")
        yield environment


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/webhooks/whatsapp", timeout=5).status_code > 0
    except requests.ConnectionError:
        return False


def states(desk: dict[str, str]) -> dict[tuple[str, str], int]:
    return {(state, reason): count for state, reason, count in query(desk, STATES)}


def test_nothing_leaves_later_than_two_seconds_after_a_stop(
    web: dict[str, str], graph: TimedGraph
) -> None:
    graph.play(*[SLOW] * 50)
    queued = run_manage("shell", "-v0", "-c", QUEUE_FIFTY, **web)
    assert queued.returncode == 0, queued.stderr
    wait_for(lambda: len(graph.requests) >= 10, seconds=30, what="ten posts on their way")

    body = callback(messages=[message("Stop", sender=PHONE)])
    url = f"http://127.0.0.1:{web['PORT']}/webhooks/whatsapp"
    signed = {"X-Hub-Signature-256": signature(body)}
    stopped_at = time.time()
    answer = requests.post(url, body, headers=signed, timeout=10)
    graph.release()

    assert answer.status_code == 200
    under_way = {"pending", "claimed", "sending"}
    wait_for(
        lambda: not under_way & {state for state, _ in states(web)},
        seconds=60,
        what="all fifty settled",
    )
    lines = [post for post in graph.requests if "line " in str(post)]
    assert max(post["at"] for post in lines) <= stopped_at + 2
    cancelled = states(web)["cancelled", "opted_out"]
    assert cancelled > 0
    assert cancelled + len(lines) == 50
    assert query(web, "SELECT count(*) FROM delivery_message WHERE kind = 'consent'") == [(1,)]
