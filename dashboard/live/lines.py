"""The two lines to a reader: an HTTP answer that is never finished, and a WebSocket."""

from typing import Any

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable

from dashboard.live.terms import GONE, TALKATIVE, Ending

MOST_HEARD = 20  # messages; who listens has nothing to say


class AnswerLine:
    """Server-sent events: pieces of the body of one answer."""

    def __init__(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        self._receive, self._send = receive, send

    async def send(self, part: bytes) -> None:
        await self._send({"type": "http.response.body", "body": part, "more_body": True})

    async def end(self, ending: Ending) -> None:
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def gone(self) -> Ending:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        return GONE

    def cut(self) -> None:
        cut(self._send)


class SocketLine:
    """A WebSocket: each part is a text frame; what its reader says is not listened to."""

    def __init__(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        self._receive, self._send = receive, send

    async def send(self, part: bytes) -> None:
        await self._send({"type": "websocket.send", "text": part.decode(), "bytes": None})

    async def end(self, ending: Ending) -> None:
        await self._send(
            {"type": "websocket.close", "code": ending.code, "reason": short(ending.reason)}
        )

    async def gone(self) -> Ending:
        for _ in range(MOST_HEARD):
            if (await self._receive())["type"] == "websocket.disconnect":
                return GONE
        return TALKATIVE

    def cut(self) -> None:
        cut(self._send)


def short(reason: str) -> str:
    """`reason` in the 123 bytes that a close frame has for it."""
    return reason.encode()[:123].decode(errors="ignore")


def cut(send: Any) -> None:
    """Drop the connection with all it has still to send.

    Closing it would wait, for ever, until a reader who takes nothing has taken what is buffered.
    ASGI has no word for this; `send` is a method of what uvicorn keeps for a connection.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is not None:
        transport.abort()
