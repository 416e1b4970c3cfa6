"""The log for scripts, as its page shows it to whoever asks."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.models import Scope
from access.pagination import OTHER_CURSOR, Page, list_shape, listed
from access.permissions import scope_or_perm
from access.roles import READ_LOG, Reader
from access.sent import PageQuery, read_query
from access.throttles import PublicThrottle
from audit.models import Event
from dashboard.logs.detail import visible
from dashboard.logs.reading import Asked, read
from dashboard.logs.subjects import is_id

ReadsLog = scope_or_perm(Scope.OPS_READ, READ_LOG)


class EventsQuery(PageQuery):
    kind = serializers.CharField(
        max_length=60, required=False, help_text="signal.generated, or signal. for all of these."
    )
    subject = serializers.CharField(max_length=100, required=False, help_text="Such as signal:12.")
    actor = serializers.CharField(max_length=150, required=False, help_text="Who did it.")
    since = serializers.DateTimeField(required=False, help_text="Then or later.")
    until = serializers.DateTimeField(required=False, help_text="Before then.")


class EventOut(serializers.Serializer[Any]):
    """One event; people are named by the number of the recipient."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    actor = serializers.CharField()
    subject = serializers.CharField(help_text='"" for none.')
    text = serializers.CharField()
    payload = serializers.DictField(help_text="What only staff may know is left out.")
    seq = serializers.IntegerField(
        allow_null=True, help_text="Its place in the chain, the id in the stream; null: not yet."
    )


class SealOut(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    hash = serializers.CharField()
    prev_hash = serializers.CharField()
    sealed_at = serializers.DateTimeField()


class EventDetail(EventOut):
    """One event with its seal: see docs/audit.md for what the hash is made of."""

    seal = SealOut(allow_null=True)


class Events(APIView):
    """The log, newest first. A page may be short and have a `next`: filters look so far back."""

    permission_classes = [ReadsLog]
    throttle_classes = [PublicThrottle]

    @extend_schema(
        operation_id="list_events",
        tags=["desk"],
        parameters=[EventsQuery],
        responses=list_shape("Events", EventOut),
    )
    def get(self, request: Request) -> Response:
        wanted = read_query(EventsQuery, request)
        limit, after = wanted.pop("limit"), _last_of(wanted.pop("cursor", ""))
        found = read(Asked(after=after, **wanted), limit=limit)
        rows: list[Any] = [_told(event, request.user) for event in found.events]
        cursor = str(found.last.pk) if found.more and found.last else None
        return listed(Page(rows, cursor), EventOut)


class OneEvent(APIView):
    """One event and its seal."""

    permission_classes = [ReadsLog]
    throttle_classes = [PublicThrottle]

    @extend_schema(operation_id="read_event", tags=["desk"], responses=EventDetail)
    def get(self, request: Request, event_id: int) -> Response:
        event = get_object_or_404(Event.objects.select_related("seal"), pk=event_id)
        told = _told(event, request.user) | {"seal": getattr(event, "seal", None)}
        return Response(EventDetail(told).data)


def _last_of(cursor: str) -> Event | None:
    """The event a page ended with; None for the first page."""
    if not cursor:
        return None
    last = Event.objects.filter(pk=int(cursor)).first() if is_id(cursor) else None
    if last is None:
        raise NotFound(OTHER_CURSOR)
    return last


def _told(event: Event, reader: Reader) -> dict[str, Any]:
    """`event` without what `reader` may not know."""
    seal = getattr(event, "seal", None)
    names = ("at", "kind", "actor", "subject", "text")
    return {
        "id": event.pk,
        **{name: getattr(event, name) for name in names},
        "payload": visible(event.payload, reader),
        "seq": seal.seq if seal else None,
    }
