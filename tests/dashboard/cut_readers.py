"""Readers of the stream who are cut off again and again, on real sockets, and come back."""

import json
import random
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

PATIENCE = 30.0  # seconds without a word, though a heartbeat comes every 15
NO_GOODBYE = struct.pack("ii", 1, 0)  # linger 0: the kernel resets the line
ASKED = "kinds=signal&symbol=EURUSD"

Heard = tuple[int, int]  # number of the event, id of the signal
Opened = Callable[[int, str, int], AbstractContextManager[Iterator[Heard]]]


@contextmanager
def events_of(port: int, key: str, after: int) -> Iterator[Iterator[Heard]]:
    """What /api/stream tells, read in pieces of any length."""
    line = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    try:
        line.sendall(
            f"GET /api/stream?{ASKED} HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {key}\r\n"
            f"Last-Event-ID: {after}\r\n\r\n".encode()
        )
        yield blocks(line)
    finally:
        cut(line)


def blocks(line: socket.socket) -> Iterator[Heard]:
    """Each whole signal; what was cut in the middle never was."""
    rest = b""
    while piece := line.recv(random.randint(1, 3000)):
        *whole, rest = (rest + piece).split(b"\n\n")
        for block in whole:
            parts = dict(row.split(b": ", 1) for row in block.splitlines() if b": " in row)
            if parts.get(b"event") == b"signal":
                yield int(parts[b"id"]), json.loads(parts[b"data"])["id"]


@contextmanager
def frames_of(port: int, key: str, after: int) -> Iterator[Iterator[Heard]]:
    """What /ws/feed tells."""
    url = f"ws://localhost:{port}/ws/feed?{ASKED}&last_event_id={after}"
    header = {"X-Api-Key": key}
    with connect(url, additional_headers=header, proxy=None, close_timeout=0.1) as feed:
        try:
            yield (
                (message["id"], message["data"]["id"])
                for message in map(json.loads, iter(lambda: feed.recv(PATIENCE), None))
                if message["event"] == "signal"
            )
        finally:
            cut(feed.socket)


def cut(line: socket.socket) -> None:
    """End the connection as a process that was killed, or a cable."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_GOODBYE)
    with suppress(OSError):  # gone already
        line.shutdown(socket.SHUT_RD)  # wakes a thread that reads it
    line.close()


@dataclass
class CutReader:
    """Listens until it has heard `total` signals, cut off `cuts` times on the way.

    `was_cut` is released for each, so that whoever writes can keep a few steps ahead.
    """

    opened: Opened
    key: str
    ports: list[int]
    total: int
    cuts: int
    heard: list[Heard] = field(default_factory=list)
    times_cut: int = 0
    was_cut: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(4))

    def follow(self) -> list[Heard]:
        """All it heard, in the order it did."""
        for port in cycle(self.ports):
            try:
                self._listen(port)
            except (OSError, ConnectionClosed, InvalidHandshake):
                continue  # the server was killed, or is not up yet
            if len(self.heard) >= self.total:
                return self.heard
        raise AssertionError("no port to listen at")

    def _listen(self, port: int) -> None:
        """Until the next cut, the last signal, or the server's end."""
        upto = self._next_cut()
        with self.opened(port, self.key, self.heard[-1][0] if self.heard else 0) as news:
            for heard in news:
                self.heard.append(heard)
                if len(self.heard) >= upto:
                    break
            else:
                return
        if len(self.heard) < self.total:
            self.times_cut += 1
            self.was_cut.release()

    def _next_cut(self) -> int:
        """How many signals are heard when the line is cut: somewhere in the next stretch."""
        if self.times_cut >= self.cuts:
            return self.total
        stretch = self.total // self.cuts
        return min(self.total - 1, self.times_cut * stretch + random.randint(1, stretch - 1))
