"""The only way out: one POST, one fresh connection, hard limits, and no doubt where it failed.

Each call has its own connection. A kept-alive one may be closed by the other side while we write,
and then nobody can say whether the request was taken.
"""

import socket
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import requests
import structlog
from django.conf import settings

from delivery.channels.base import Answer
from delivery.connections import Call, LookUp, adapter_for
from delivery.errors import DeliveryError, MaybeLeft, NeverLeft, Refused
from delivery.public_addresses import is_public

CONNECT_SECONDS = 4.0
READ_SECONDS = 8.0  # between two pieces of the answer
TOTAL_SECONDS = 12.0
ANSWER_BYTES = 65_536
HEADERS = {
    "Content-Type": "application/json",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "forexsignals",
}

log = structlog.get_logger(__name__)


def post_json(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    total_seconds: float = TOTAL_SECONDS,
    read_seconds: float = READ_SECONDS,
    on_leave: Callable[[], None] = lambda: None,
    look_up: LookUp = socket.getaddrinfo,
) -> Answer:
    """The answer to one POST; raises Refused (not allowed), NeverLeft or MaybeLeft.

    `on_leave` is called right before the first byte goes to the socket.
    """
    check_url(url)
    hosts = settings.OUTBOUND_ALLOW_HOSTS
    call = Call(open_hosts=hosts, on_leave=on_leave, look_up=look_up)
    try:
        with call.ending_after(total_seconds):
            answer = _exchange(call, url, body, headers, read_seconds)
    except requests.exceptions.InvalidURL:
        raise Refused("address_not_allowed", "the address is not a URL") from None
    except (requests.RequestException, OSError) as error:
        log.info("outbound.failed", error=type(error).__name__)  # its text may hold url and headers
        raise _failure(call) from None
    if call.is_cut:
        raise MaybeLeft("total_timeout", "the answer took too long")
    return answer


class _StraightSession(requests.Session):
    """Sees no redirect: requests reads the whole body of one even where it is not to follow it."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


def _exchange(
    call: Call, url: str, body: bytes, headers: Mapping[str, str], read_seconds: float
) -> Answer:
    with _StraightSession() as session:
        session.trust_env = False
        session.mount("http://", adapter_for(call))
        session.mount("https://", adapter_for(call))
        with session.post(
            url,
            data=body,
            headers={**HEADERS, **headers},
            timeout=(CONNECT_SECONDS, read_seconds),
            allow_redirects=False,
            stream=True,
        ) as response:
            kept = {name.lower(): value for name, value in response.headers.items()}
            return Answer(status=response.status_code, body=_capped(response), headers=kept)


def _capped(response: requests.Response) -> bytes:
    received = b""
    for piece in response.iter_content(8192):
        received += piece
        if len(received) > ANSWER_BYTES:
            raise MaybeLeft("answer_too_long", f"HTTP {response.status_code}, over 64 kB")
    return received


def _failure(call: Call) -> DeliveryError:
    if call.has_left:
        return MaybeLeft("no_answer", "the connection ended without a whole answer")
    return NeverLeft("no_connection", "no connection to the provider")


def check_url(url: str) -> None:
    """Raise Refused unless `url` is plain https, or its host is allowed by hand.

    What a name stands for is only known, and checked, at the moment of connecting.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("address_not_allowed", "the address is not a URL") from None
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise Refused("address_not_allowed", "write the address as https://host/path")
    if parts.hostname in settings.OUTBOUND_ALLOW_HOSTS:
        return
    if parts.scheme != "https" or port not in (None, 443):
        raise Refused("address_not_allowed", "only https on port 443 is allowed")
    if _is_number(parts.hostname) and not is_public(parts.hostname):
        raise Refused("address_not_allowed", "the host is not on the open internet")


def _is_number(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
