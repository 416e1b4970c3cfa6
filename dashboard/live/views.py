"""`GET /api/stream` and `/ws/feed`: who may listen, and to what."""

import math
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from access.errors import DeskError
from access.models import ApiKey, Scope
from access.permissions import IsViewer, allows
from access.roles import READ_LOG
from access.sent import IS_QUERY, Sent
from dashboard.live.events import KINDS
from dashboard.live.opening import SLOT
from dashboard.live.origins import may_listen
from dashboard.live.seats import Full
from dashboard.live.terms import Terms

HEADERS = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
LARGEST = 2**63 - 1


class EventStream(BaseRenderer):
    """So that a reader may ask for `text/event-stream`."""

    media_type = "text/event-stream"
    format = "sse"


class StreamQuery(Sent):
    kinds = serializers.CharField(
        required=False, max_length=200, help_text=f"Some of {','.join(KINDS)}; without it: all."
    )
    symbol = serializers.CharField(
        required=False, max_length=12, help_text="Signals and deliveries of this symbol alone."
    )
    last_event_id = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST,
        help_text="Begin after this event, for who cannot send the header Last-Event-ID.",
    )

    def validate_kinds(self, value: str) -> frozenset[str]:
        kinds = frozenset(filter(None, value.split(",")))
        unknown = sorted(kinds - set(KINDS))
        if unknown:
            raise serializers.ValidationError(f"Choose from {', '.join(KINDS)}, not {unknown[0]}.")
        return kinds


class TooManyStreams(DeskError):
    """No place for one more; after `wait` seconds there may be one."""

    def __init__(self, wait: float) -> None:
        seconds = math.ceil(wait)
        super().__init__(
            "TOO_MANY_STREAMS",
            "Too many streams are open, yours or everybody's. Close those you do not read, or wait "
            "as long as Retry-After says.",
            status=429,
            details={"retry_after_seconds": seconds},
            wait=seconds,
        )


class Stream(APIView):
    """What happens on the desk, as server-sent events, with nothing missed on the way.

    The same messages come over a WebSocket at `/ws/feed`, which takes the same parameters.
    """

    http_method_names = ["get", "options"]
    permission_classes = [IsViewer]
    renderer_classes = [JSONRenderer, EventStream]

    @extend_schema(
        operation_id="stream_events",
        tags=["signals"],
        parameters=[StreamQuery],
        responses={
            (200, "text/event-stream"): OpenApiResponse(str),
            503: OpenApiResponse(description="STREAM_ELSEWHERE: ask the process live."),
        },
    )
    def get(self, request: Request) -> HttpResponse:
        asked = asked_for(request)
        opening = getattr(request._request, "scope", {}).get(SLOT)
        if opening is None:
            raise self.without_a_line(request)
        terms = Terms(kinds_for(request, asked), asked.get("symbol", "").upper())
        try:
            opening.open(terms, after=asked.get("last_event_id"), who=reader_of(request))
        except Full as full:
            raise TooManyStreams(full.wait) from None
        return HttpResponse(content_type="text/event-stream", headers=HEADERS)

    def without_a_line(self, request: Request) -> DeskError:
        """What to say to who asked where no stream can be held open."""
        return DeskError(
            "STREAM_ELSEWHERE",
            "This process answers requests only. Streams are served by the process live: "
            f"have the proxy send {request.path} there (docs/operations.md).",
            status=503,
        )


class Feed(Stream):
    """The same over a WebSocket; its handshake comes here as a GET (`dashboard.live.handshake`)."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        return super().get(request)

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if not may_listen(request):
            raise PermissionDenied(
                "This page is of another site. The desk listens to it once its address stands in "
                "CORS_ALLOWED_ORIGINS and it sends a key or a token, not the session."
            )

    def without_a_line(self, request: Request) -> DeskError:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return super().without_a_line(request)
        message = "This address speaks WebSocket only. For plain HTTP there is /api/stream."
        return DeskError("WEBSOCKET_ONLY", message, status=426)


def reader_of(request: Request) -> str:
    """Who listens, as events about them name their subject."""
    key = request.auth
    return f"key:{key.prefix}" if isinstance(key, ApiKey) else f"user:{request.user.pk}"


def asked_for(request: Request) -> dict[str, Any]:
    """The query, with the header Last-Event-ID before the parameter of that name."""
    query = {name: value for name, value in request.query_params.items() if value}
    if number := request.headers.get("Last-Event-ID"):
        query["last_event_id"] = number
    asked = StreamQuery(data=query, context=IS_QUERY)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def kinds_for(request: Request, asked: dict[str, Any]) -> frozenset[str]:
    """The kinds asked for; without a word all that this reader may have."""
    may_read_log = allows(request, scope=Scope.OPS_READ, permission=READ_LOG)
    if "kinds" not in asked:
        return frozenset(KINDS) - (set() if may_read_log else {"log"})
    kinds: frozenset[str] = asked["kinds"]
    if "log" in kinds and not may_read_log:
        raise PermissionDenied(
            f"For the kind log a key needs the scope {Scope.OPS_READ}, a person the permission "
            f"{READ_LOG}. Leave it out of `kinds`."
        )
    return kinds
