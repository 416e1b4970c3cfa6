"""A local server that plays the Graph API: it journals each acceptance before it answers."""

import json
import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Scene:
    """What the server does with one request."""

    accepts: bool
    status: int = 200
    answer: bytes | None = None  # None: the usual answer with the message id
    waits: bool = False  # hold the answer until `release()`
    drops: bool = False  # close the connection without an answer


OK = Scene(accepts=True)
SLOW = Scene(accepts=True, waits=True)
DROP_AFTER_ACCEPTING = Scene(accepts=True, drops=True)
DROP_BEFORE_ACCEPTING = Scene(accepts=False, drops=True)
GARBAGE = Scene(accepts=True, answer=b"<html>Thank you")
GATEWAY = Scene(accepts=True, status=502, answer=b"<html>Bad gateway</html>")
TOO_LONG = Scene(accepts=True, answer=b" " * 200_000)
REDIRECT = Scene(accepts=False, status=302, answer=b"")


def refusal(code: int, *, status: int = 400, details: str = "no", transient: bool = False) -> Scene:
    """Meta's error answer."""
    error = {"message": f"(#{code}) refused", "code": code, "is_transient": transient}
    content = {"error": {**error, "error_data": {"details": details}}}
    return Scene(accepts=False, status=status, answer=json.dumps(content).encode())


@dataclass
class GraphServer:
    """`script` is played one scene per request, then every request is OK."""

    url: str = ""
    script: deque[Scene] = field(default_factory=deque)
    requests: list[dict[str, Any]] = field(default_factory=list)  # everything that came
    journal: list[dict[str, Any]] = field(default_factory=list)  # what was accepted
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    released: threading.Event = field(default_factory=threading.Event)

    def play(self, *scenes: Scene) -> None:
        self.script.extend(scenes)

    def release(self) -> None:
        """Let the answers that wait go."""
        self.released.set()

    def wait_for_request(self) -> None:
        """Return when one more request has been read and, if so scripted, accepted."""
        assert self.arrived.acquire(timeout=30), "no request came"

    @property
    def texts(self) -> list[str]:
        """The accepted free texts, in order."""
        return [body["text"]["body"] for body in self.journal if body["type"] == "text"]

    @property
    def acceptances(self) -> Counter[str]:
        """How often each delivery id was accepted."""
        return Counter(body["biz_opaque_callback_data"] for body in self.journal)

    def take(self, body: dict[str, Any]) -> tuple[Scene, str]:
        """The scene for this request and, if accepted, its message id."""
        scene = self.script.popleft() if self.script else OK
        self.requests.append(body)
        if scene.accepts:
            self.journal.append(body)
        self.arrived.release()
        return scene, f"wamid.{len(self.requests)}"


def _handler(graph: GraphServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            scene, message_id = graph.take({**body, "authorization": self.headers["Authorization"]})
            if scene.waits:
                graph.released.wait(timeout=30)
            if scene.drops:
                self.close_connection = True
                return
            answer = scene.answer
            if answer is None:
                contacts = [{"input": body["to"], "wa_id": body["to"]}]
                content = {"messages": [{"id": message_id}], "contacts": contacts}
                answer = json.dumps({"messaging_product": "whatsapp", **content}).encode()
            self.send_response(scene.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: Any) -> None:
            """Tests print nothing."""

    return Handler


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args: Any) -> None:
        """A client that hangs up is part of the play."""


@contextmanager
def graph_server() -> Iterator[GraphServer]:
    """The server, listening on a free port of 127.0.0.1."""
    graph = GraphServer()
    server = _QuietServer(("127.0.0.1", 0), _handler(graph))
    graph.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield graph
    finally:
        graph.release()
        server.shutdown()
        server.server_close()
        thread.join()
