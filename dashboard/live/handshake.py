"""The handshake of a WebSocket as a request that Django and REST framework can answer.

So the same middleware, authentication, permissions and records of refusals hold as for any other
address; what came of it is told by a last message and the code of the close.
"""

import asyncio
import json
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings

from access.errors import error_body
from dashboard.live.serving import Line, take_leave
from dashboard.live.terms import TRY_AGAIN, Ending
from dashboard.live.writing import frame

PATIENCE = 3.0  # seconds for the first message of who sent no credential
LONGEST = 8_192  # characters of that message
STRANGERS = 100  # WebSockets of which we wait for that message
CREDENTIALS = (b"authorization", b"x-api-key")
CODES = {401: 4401, 403: 4403, 429: 4429, 500: 1011, 503: TRY_AGAIN.code}
NO_ERROR = error_body("REFUSED", "The desk does not take this request.")
UNREAD = error_body(
    "FIRST_MESSAGE",
    'Begin with {"auth": "Api-Key ..."} or {"auth": "Bearer ..."}, or send the header '
    "Authorization with the handshake.",
)
CROWDED = error_body("BUSY", "Too many others are coming in. Try again in a few seconds.")


class Refused(Exception):
    """The handshake leads to no stream; `body` has the reason in the one error shape."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(status)
        self.status, self.body = status, body

    @property
    def error(self) -> dict[str, Any]:
        with suppress(ValueError, KeyError, TypeError):
            return dict(json.loads(self.body)["error"])
        return dict(NO_ERROR["error"])


async def refuse(line: Line, refused: Refused) -> None:
    """Tell the reader why, and close with the code that says so."""
    error = refused.error
    with suppress(OSError):
        await line.send(frame("error", json.dumps(error, separators=(",", ":"))))
        await take_leave(line, Ending(CODES.get(refused.status, 4400), error["message"]))


def as_request(scope: Any, auth: str | None) -> dict[str, Any]:
    """The handshake as a GET, with `auth` as its Authorization if there is one."""
    headers = list(scope["headers"])
    if auth is not None:
        headers.append((b"authorization", auth.encode()))
    scheme = "https" if scope.get("scheme") == "wss" else "http"
    return {**scope, "type": "http", "method": "GET", "scheme": scheme, "headers": headers}


async def credential_of(scope: Any, receive: Any) -> str | None:
    """What the first message says; None when the handshake said it, or nobody says anything."""
    if is_known(scope):
        return None
    if strangers.locked():
        raise Refused(503, json.dumps(CROWDED).encode())
    async with strangers:
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                return said(await receive())
    return None


strangers = asyncio.Semaphore(STRANGERS)


def is_known(scope: Any) -> bool:
    """Whether the handshake bears a credential: a header, or the cookie of a session."""
    headers = dict(scope["headers"])
    if any(name in headers for name in CREDENTIALS):
        return True
    with suppress(CookieError):
        cookie = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
        return settings.SESSION_COOKIE_NAME in cookie
    return False


def said(message: Any) -> str:
    """The credential of a first message such as `{"auth": "Api-Key ..."}`."""
    text = message.get("text") or ""
    with suppress(ValueError, AttributeError, RecursionError):
        read = json.loads(text) if len(text) <= LONGEST else None
        if isinstance(read, dict) and read.keys() == {"auth"} and read["auth"].isascii():
            return str(read["auth"])
    raise Refused(400, json.dumps(UNREAD).encode())
