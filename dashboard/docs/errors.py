"""Every code a script can be answered, and what to do about it; the page Docs shows them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ErrorCode:
    """One code, told to whoever writes a script."""

    status: int
    code: str
    advice: str


ERRORS = tuple(
    ErrorCode(status, code, advice)
    for status, codes in {
        400: {
            "VALIDATION_ERROR": "a field is wrong or unknown; details names it",
            "PARSE_ERROR": "the body is not JSON: fix it before you send it again",
            "BAD_REQUEST": "the request cannot be read, or the host name is not the desk's",
            "IDEMPOTENCY_KEY_INVALID": "write the key in 1 to 64 visible ASCII characters",
        },
        401: {
            "NOT_AUTHENTICATED": "send a key or a token",
            "AUTHENTICATION_FAILED": "write the header as described under Authentication",
            "KEY_NOT_VALID": "ask for a new key: this one is wrong, revoked or expired",
            "TOKEN_NOT_VALID": "refresh the token, or log in again",
            "NO_ACTIVE_ACCOUNT": "user name and password do not match",
            "MFA_CODE_NEEDED": "log in with a code of your app as well",
            "MFA_CODE_WRONG": "wait for the next code of your app",
        },
        403: {
            "PERMISSION_DENIED": "the key lacks the scope, or the person the role",
            "CSRF_FAILED": "a session that writes also sends X-CSRFToken",
            "MFA_REQUIRED": "add a second factor in your profile first",
            "MFA_PASSKEY_ONLY": "a passkey gets no token: add an app, or use a key",
            "NOT_THE_PROVIDER": "a callback without the provider's signature",
        },
        404: {
            "NO_SIGNAL": "no signal of this symbol holds now: ask again later",
            "NOT_FOUND": "there is no such address, row or cursor",
        },
        405: {"METHOD_NOT_ALLOWED": "the header Allow names what works"},
        406: {"NOT_ACCEPTABLE": "leave the header Accept out"},
        409: {
            "CONFIRMATION_NEEDED": "send confirm: true if you mean it",
            "PUSHES_PAUSED": "the kill switch is on: nothing was sent",
            "NOBODY_TO_SEND_TO": "no recipient may be sent this",
            "SENT_JUST_NOW": "somebody else has just sent it",
            "NOT_REPEATABLE": "a message of this kind is not sent twice",
            "NOT_UNCERTAIN": "the delivery is settled already",
            "NOTHING_SIGNED": "only webhooks have a signing secret",
            "FORGOTTEN": "this person was forgotten for good",
            "SAVED_MEANWHILE": "somebody saved a newer version: read it, then change that",
            "IN_PROGRESS": "the same key is being answered: ask again in a moment",
        },
        413: {"BODY_TOO_LARGE": "send it in smaller pieces, 256 kB at most"},
        415: {"UNSUPPORTED_MEDIA_TYPE": "send JSON, as Content-Type: application/json"},
        422: {"IDEMPOTENCY_KEY_REUSED": "choose a new key for each request"},
        426: {"WEBSOCKET_ONLY": "/ws/feed speaks WebSocket; plain HTTP has /api/stream"},
        429: {
            "THROTTLED": "wait as many seconds as Retry-After says",
            "LOCKED_OUT": "too many wrong passwords: wait",
            "TOO_MANY_CODES": "too many wrong codes: wait",
        },
        500: {"SERVER_ERROR": "our fault; it is logged. Try again a little later"},
        503: {
            "STREAM_ELSEWHERE": "streams are served by the process live: tell who runs the desk",
            "TOO_MANY_STREAMS": "all seats are taken: wait as long as Retry-After says",
        },
    }.items()
    for code, advice in codes.items()
)
