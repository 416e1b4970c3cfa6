"""A reader who takes nothing, on a real socket of a real server."""

import base64
import socket
from contextlib import closing

import pytest
from django.utils import timezone

from audit.log import log_event
from audit.sealing import seal_pending
from dashboard.docs.content import SAMPLE
from dashboard.live.hub import hub
from tests.builders import make_key
from tests.dashboard.streaming_desk import streaming_server
from tests.processes import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
UPGRADE["Sec-WebSocket-Key"] = base64.b64encode(b"0123456789abcdef").decode()
LARGE = {"signal": {**SAMPLE, "strategy": "x" * 200_000}}


def deaf_reader(server, path, headers):
    """A connection with a small buffer that asked for signals and is never read."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect(server.servers[0].sockets[0].getsockname())
    lines = [f"GET {path}?kinds=signal HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    reader.sendall("\r\n".join([*lines, "", ""]).encode())
    return closing(reader)


def tell_much():
    """Eight megabytes of news: more than the kernel takes for a reader who does not read."""
    for _ in range(40):
        log_event("signal.generated", at=timezone.now(), text="much", payload=LARGE)
    seal_pending()


def test_who_takes_nothing_is_cut():
    key = {"X-Api-Key": make_key("signals:read")[1]}

    with (
        streaming_server() as server,
        deaf_reader(server, "/api/stream", key),
        deaf_reader(server, "/ws/feed", key | UPGRADE),
    ):
        wait_for(lambda: len(hub.clients) == 2, seconds=30, what="two readers")
        for _ in range(3):
            tell_much()
        wait_for(lambda: not hub.clients, seconds=30, what="nobody waited for")
        wait_for(lambda: not server.server_state.connections, seconds=30, what="no connection")
