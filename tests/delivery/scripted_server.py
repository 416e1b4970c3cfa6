"""A local server that plays a provider: it journals each acceptance before it answers."""

import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Scene:
    """What the server does with one request."""

    accepts: bool
    status: int = 200
    answer: bytes | None = None  # None: the provider's usual answer
    headers: Mapping[str, str] = field(default_factory=dict)
    waits: bool = False  # hold the answer until `release()`
    drops: bool = False  # close the connection without an answer


OK = Scene(accepts=True)
SLOW = Scene(accepts=True, waits=True)
DROP_AFTER_ACCEPTING = Scene(accepts=True, drops=True)
DROP_BEFORE_ACCEPTING = Scene(accepts=False, drops=True)
GARBAGE = Scene(accepts=True, answer=b"<html>Thank you")
GATEWAY = Scene(accepts=True, status=502, answer=b"<html>Bad gateway</html>")
TOO_LONG = Scene(accepts=True, answer=b" " * 200_000)
REDIRECT = Scene(accepts=False, status=302, answer=b"", headers={"Location": "/elsewhere"})


@dataclass(frozen=True)
class Request:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]  # names in lower case
    raw: bytes

    @property
    def content(self) -> dict[str, Any]:
        return json.loads(self.raw)


@dataclass
class ScriptedServer:
    """`script` is played one scene per request, then every request is OK."""

    url: str = ""
    script: deque[Scene] = field(default_factory=deque)
    requests: list[dict[str, Any]] = field(default_factory=list)  # everything that came
    journal: list[dict[str, Any]] = field(default_factory=list)  # what was accepted
    seen: list[Request] = field(default_factory=list)  # the same as `requests`, whole
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

    def noted(self, request: Request) -> dict[str, Any]:
        """What `requests` and `journal` keep of a request."""
        return request.content

    def usual_answer(self, request: Request, number: int) -> bytes:
        """The acceptance of the request with this number, counted from 1."""
        return b"{}"

    def take(self, request: Request) -> tuple[Scene, int]:
        """The scene for this request, and its number."""
        scene = self.script.popleft() if self.script else OK
        self.seen.append(request)
        self.requests.append(self.noted(request))
        if scene.accepts:
            self.journal.append(self.requests[-1])
        self.arrived.release()
        return scene, len(self.requests)

    @classmethod
    @contextmanager
    def listening(cls) -> Iterator[Self]:
        """The server, listening on a free port of 127.0.0.1."""
        provider = cls()
        server = _QuietServer(("127.0.0.1", 0), _handler(provider))
        provider.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield provider
        finally:
            provider.release()
            server.shutdown()
            server.server_close()
            thread.join()


def _handler(provider: ScriptedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.path, headers, raw)
            scene, number = provider.take(request)
            if scene.waits:
                provider.released.wait(timeout=30)
            if scene.drops:
                self.close_connection = True
                return
            usual = scene.answer is None
            answer = provider.usual_answer(request, number) if usual else scene.answer
            self.send_response(scene.status)
            for name, value in {"Content-Type": "application/json", **scene.headers}.items():
                self.send_header(name, value)
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
