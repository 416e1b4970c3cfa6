"""The desk on a port of its own, able to stream: a thread of this process."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from forexsignals.asgi import application


@contextmanager
def streaming_desk() -> Iterator[str]:
    """Its address; it is gone at the end."""
    with streaming_server() as server:
        yield address(server)


def address(server: uvicorn.Server) -> str:
    return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"


@contextmanager
def streaming_server() -> Iterator[uvicorn.Server]:
    """The server itself."""
    config = uvicorn.Config(
        application, host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.02)
        yield server
    finally:
        server.should_exit = True
        thread.join(timeout=10)
