"""The feeds' way to the internet: one GET, small, timed, to one host, and the key never told."""

import json
from collections.abc import Mapping
from time import monotonic
from typing import Any

import requests

from markets.feeds.base import FeedError

CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 5.0, 10.0, 20.0
MAX_BYTES = 4_000_000
CHUNK = 65_536


def get_json(
    url: str,
    *,
    params: Mapping[str, str],
    secret: str,
    headers: Mapping[str, str] | None = None,
    total_seconds: float = TOTAL_SECONDS,
    max_bytes: int = MAX_BYTES,
) -> dict[str, Any]:
    """The JSON object that `url` answers with, whatever its status.

    FeedError for anything else: no connection, a redirect, too slow, too long, not an object.
    Its message never holds `secret`, nor does any exception chained to it.
    """
    try:
        body, status = _get(url, params, headers or {}, total_seconds, max_bytes)
        problem = None
    except (requests.RequestException, FeedError) as error:
        body, status, problem = b"", 0, f"{type(error).__name__}: {error}"
    if problem is not None:  # raised out here, so that the original is not chained to it
        raise FeedError(scrubbed(problem, secret))
    if 300 <= status < 400:
        raise FeedError(f"the provider redirects (HTTP {status}); redirects are not followed")
    return _object(body, status)


def scrubbed(text: str, secret: str) -> str:
    """`text` on one line of at most 300 characters, with `secret` replaced by ***."""
    plain = text.replace(secret, "***") if secret else text
    return " ".join(plain.split())[:300]


def _get(
    url: str,
    params: Mapping[str, str],
    headers: Mapping[str, str],
    total_seconds: float,
    max_bytes: int,
) -> tuple[bytes, int]:
    deadline = monotonic() + total_seconds
    with requests.Session() as session:
        session.trust_env = False  # no proxy and no .netrc from the environment
        with session.get(
            url,
            params=params,
            headers=headers,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as response:
            body = bytearray()
            for chunk in response.iter_content(CHUNK):
                body += chunk
                if len(body) > max_bytes:
                    raise FeedError(f"the answer is longer than {max_bytes} bytes")
                if monotonic() > deadline:
                    raise FeedError(f"the answer took longer than {total_seconds:g} seconds")
            return bytes(body), response.status_code


def _object(body: bytes, status: int) -> dict[str, Any]:
    try:
        answer = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise FeedError(f"the provider answered no JSON (HTTP {status})") from None
    if not isinstance(answer, dict):
        raise FeedError(f"the provider answered no JSON object (HTTP {status})")
    return answer


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
