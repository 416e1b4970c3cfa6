"""Answers a caller keeps and asks about again: 304 without a body while they still hold."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_etags, parse_http_date_safe
from rest_framework import status as http
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

KEEP = "private, no-cache"  # keep it, and ask here before each use
DEPENDS_ON = ("Authorization", "X-Api-Key", "Cookie", "Origin")


def kept_answer(
    request: Request, body: Mapping[str, Any], *, changed_at: datetime | None, now: datetime
) -> HttpResponse:
    """`body` as JSON, or 304 when the request names its ETag or exactly its Last-Modified.

    `changed_at` must differ whenever `body` may; None sends no Last-Modified, nor does the second
    it lies in: a header of whole seconds cannot tell what else happens until that one ends.
    """
    content = JSONRenderer().render(body)
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    changed = None if changed_at is None else int(changed_at.timestamp())
    if changed is not None and changed >= int(now.timestamp()):
        changed = None
    if _still_holds(request, etag, changed):
        answer = HttpResponse(status=http.HTTP_304_NOT_MODIFIED)
        del answer["Content-Type"]
    else:
        answer = HttpResponse(content, content_type="application/json")
    answer["ETag"], answer["Cache-Control"] = etag, KEEP
    if changed is not None:
        answer["Last-Modified"] = http_date(changed)
    patch_vary_headers(answer, DEPENDS_ON)
    return answer


def _still_holds(request: Request, etag: str, changed: int | None) -> bool:
    """Whether what the caller has is still the answer; an ETag beats a date, as RFC 9110 says."""
    named = request.headers.get("If-None-Match")
    if named is not None:
        known = {each.removeprefix("W/") for each in parse_etags(named)}  # proxies weaken them
        return "*" in known or etag in known
    # Equal, not older: the list may go back to an older signal when a newer one expires
    since = request.headers.get("If-Modified-Since")
    return changed is not None and since is not None and parse_http_date_safe(since) == changed
