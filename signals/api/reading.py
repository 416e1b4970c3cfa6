"""The pull API: the newest signal of a symbol, the recent ones, and any one of them."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from access.conditional import kept_answer
from access.errors import DeskError
from access.permissions import PublicRead
from access.sent import read_query
from access.throttles import PublicThrottle
from signals.api.shapes import LatestQuery, RecentOut, RecentQuery, SignalOut
from signals.contract import contract_json
from signals.pull import LARGEST_ID, newest_current, pull

UNCHANGED = OpenApiResponse(description="What If-None-Match or If-Modified-Since names still holds")
NO_SIGNAL = OpenApiResponse(description="NO_SIGNAL: no signal of this symbol holds now.")


class LatestSignal(APIView):
    """The newest live signal of a symbol whose idea has not expired, FLAT included."""

    permission_classes = [PublicRead]
    throttle_classes = [PublicThrottle]

    @extend_schema(
        operation_id="latest_signal",
        tags=["signals"],
        parameters=[LatestQuery],
        responses={200: SignalOut, 304: UNCHANGED, 404: NO_SIGNAL},
    )
    def get(self, request: Request) -> HttpResponse:
        asked, now = read_query(LatestQuery, request), timezone.now()
        found = newest_current(asked, now=now)
        if not found.facts:
            raise DeskError(
                "NO_SIGNAL", f"No current signal for {asked['symbol']}.", status=404, details=asked
            )
        body = contract_json(found.facts[0])
        return kept_answer(request, body, changed_at=found.changed_at, now=now)


class RecentSignals(APIView):
    """Recent live signals, newest first, a page at a time."""

    permission_classes = [PublicRead]
    throttle_classes = [PublicThrottle]

    @extend_schema(
        operation_id="recent_signals",
        tags=["signals"],
        parameters=[RecentQuery],
        responses={200: RecentOut, 304: UNCHANGED},
    )
    def get(self, request: Request) -> HttpResponse:
        asked = read_query(RecentQuery, request)
        limit = asked.pop("limit")
        now = timezone.now()
        found = pull(asked, limit=limit, now=now)
        signals = [contract_json(facts) for facts in found.facts]
        body = {"signals": signals, "count": len(signals), "next": found.next}
        return kept_answer(request, body, changed_at=found.changed_at, now=now)


class OneSignal(APIView):
    """Any public signal, however old; what was blocked or never live is not found here."""

    permission_classes = [PublicRead]
    throttle_classes = [PublicThrottle]

    @extend_schema(
        operation_id="read_signal", tags=["signals"], responses={200: SignalOut, 304: UNCHANGED}
    )
    def get(self, request: Request, signal_id: int) -> HttpResponse:
        if signal_id > LARGEST_ID:
            raise Http404
        now = timezone.now()
        found = pull({"id": signal_id}, limit=1, now=now)
        if not found.facts:
            raise Http404
        body = contract_json(found.facts[0])
        return kept_answer(request, body, changed_at=found.changed_at, now=now)
