"""A provider in a process of its own: it writes down each acceptance before it answers.

    python -m tests.crash.provider PORT JOURNAL [--seed N | --wait SECONDS] [--callbacks URL]

The journal is one JSON object per line: `accepted` (synced to disk before the answer), `refused`
and `answered`. `GET /` says how many of its status callbacks nobody has taken yet.
"""

import json
import os
import threading
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO

from tests.crash.callbacks import Callbacks
from tests.crash.scenes import Scene, calm, scene_for

Json = dict[str, Any]


@dataclass
class Provider:
    """Accepts, refuses and misbehaves as the seed says."""

    journal: BinaryIO
    seed: int | None  # None: every post is accepted after `wait` seconds
    wait: float
    callbacks: Callbacks | None
    tries: Counter[tuple[str, str]] = field(default_factory=Counter)
    accepted: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, body: Json) -> tuple[Scene, str]:
        """The scene for this post and, if accepted, the id it now has; it is in the journal."""
        to, text = body["to"], text_of(body)
        post = {"to": to, "lines": text.split("\n"), "reference": body["biz_opaque_callback_data"]}
        with self.lock:
            scene = self._scene(to, text)
            self.accepted += scene.accepts
            wamid = f"wamid.{self.accepted}" if scene.accepts else ""
            end = {"id": wamid, "scene": scene.name} if scene.accepts else {"code": scene.code}
            self._write("accepted" if scene.accepts else "refused", post | end, sync=scene.accepts)
        if scene.accepts and self.callbacks:
            self.callbacks.promise(wamid, to=to, reference=post["reference"])
        return scene, wamid

    def note_answered(self, wamid: str) -> None:
        with self.lock:
            self._write("answered", {"id": wamid}, sync=False)

    def _scene(self, to: str, text: str) -> Scene:
        number, self.tries[to, text] = self.tries[to, text], self.tries[to, text] + 1
        return calm(self.wait) if self.seed is None else scene_for(self.seed, to, text, number)

    def _write(self, what: str, facts: Json, *, sync: bool) -> None:
        self.journal.write(json.dumps({"what": what, "at": time.time(), **facts}).encode() + b"\n")
        self.journal.flush()
        if sync:
            os.fsync(self.journal.fileno())


def text_of(body: Json) -> str:
    if body["type"] == "text":
        return str(body["text"]["body"])
    return str(body["template"]["components"][0]["parameters"][0]["text"])


class Handler(BaseHTTPRequestHandler):
    provider: Provider  # set on the class by `main`

    def do_GET(self) -> None:
        callbacks = self.provider.callbacks
        waiting, answers = (callbacks.open, callbacks.answers) if callbacks else (0, {})
        self._answer(200, json.dumps({"waiting": waiting, "answers": answers}).encode())

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        content = self.rfile.read(length)
        if len(content) < length:
            return  # the sender died in the middle of its request: nobody accepts half a message
        scene, wamid = self.provider.take(json.loads(content))
        time.sleep(scene.waits)
        if not scene.accepts:
            self._answer(scene.status, scene.error)
        elif scene.name == "drop":
            self.close_connection = True
        else:
            self._answer(200, *self._receipt(scene, wamid))
            self.provider.note_answered(wamid)

    def _receipt(self, scene: Scene, wamid: str) -> tuple[bytes, int | None]:
        """The answer's body, and its length as the header has it if that is not the same."""
        whole = json.dumps({"messaging_product": "whatsapp", "messages": [{"id": wamid}]}).encode()
        if scene.name == "garbage":
            return b"<html>Thank you", None
        return (whole[: len(whole) // 2], len(whole)) if scene.name == "half" else (whole, None)

    def _answer(self, status: int, content: bytes, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length or len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = True

    def log_message(self, *args: Any) -> None:
        """Prints nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *args: Any) -> None:
        """A client that dies is part of the play."""


def main() -> None:
    options = parsed()
    callbacks = Callbacks(options.callbacks, seed=options.seed) if options.callbacks else None
    with options.journal.open("ab") as journal:
        Handler.provider = Provider(journal, options.seed, options.wait, callbacks)
        if callbacks:
            callbacks.start()
        Server(("127.0.0.1", options.port), Handler).serve_forever()


def parsed() -> Namespace:
    parser = ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("journal", type=Path)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--wait", type=float, default=0.05)
    parser.add_argument("--callbacks", default="")
    return parser.parse_args()


if __name__ == "__main__":
    main()
