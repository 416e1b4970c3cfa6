"""The header Idempotency-Key: a POST that is sent once more does nothing twice."""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from access.callers import caller_of
from access.errors import DeskError
from access.kept_answers import Asked, claim, keep
from access.models import KeptAnswer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEY_FORM = re.compile(r"[!-~]{1,64}")
DESCRIBED = OpenApiParameter(
    HEADER,
    {"type": "string", "pattern": f"^{KEY_FORM.pattern}$"},
    OpenApiParameter.HEADER,
    description="One of your own for each request, such as a UUID. Sent again with the same key "
    "within a day, the request is not done again: the first answer comes back.",
)
Post = Callable[..., Response]


def once_per_key(post: Post) -> Post:
    """`post`, done once for each key a caller sends; its answer must hold no secret.

    What it does and the answer commit together. A refusal is not kept: the same key may try again.
    """

    @extend_schema(parameters=[DESCRIBED])
    @wraps(post)
    def answer(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        if HEADER not in request.headers:
            return post(view, request, *args, **kwargs)
        asked = _asked(request)
        with transaction.atomic():
            kept = claim(asked, now=timezone.now())
            if kept.status is not None:
                return _again(kept)
            response = post(view, request, *args, **kwargs)
            if response.status_code >= 300:
                transaction.set_rollback(True)
            else:
                keep(kept, status=response.status_code, body=_written(response))
        return response

    return answer


def _again(kept: KeptAnswer) -> Response:
    body = json.loads(kept.body) if kept.body else None
    return Response(body, status=kept.status, headers={REPLAYED: "true"})


def _written(response: Response) -> str:
    text: bytes = JSONRenderer().render(response.data)
    return text.decode()


def _asked(request: Request) -> Asked:
    key = request.headers[HEADER]
    if not KEY_FORM.fullmatch(key):
        raise DeskError(
            "IDEMPOTENCY_KEY_INVALID",
            f"Write {HEADER} as 1 to 64 visible ASCII characters, for example a UUID.",
        )
    said = [request.method, request.get_full_path(), request.data]
    text = json.dumps(said, sort_keys=True)
    return Asked(caller_of(request), key, hashlib.sha256(text.encode()).hexdigest())
