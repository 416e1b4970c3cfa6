"""The pull API: the newest signal of a symbol, and the recent ones."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.errors import DeskError
from access.pagination import page_of
from access.permissions import PublicRead
from access.sent import read_query
from access.throttles import PublicThrottle
from signals.messages import signal_json
from signals.models import Signal, SignalQuerySet
from signals.serializers import LatestQuery, RecentOut, RecentQuery, SignalOut


class LatestSignal(APIView):
    """The newest live signal of a symbol whose idea has not expired, FLAT included."""

    permission_classes = [PublicRead]
    throttle_classes = [PublicThrottle]

    @extend_schema(tags=["signals"], parameters=[LatestQuery], responses=SignalOut)
    def get(self, request: Request) -> Response:
        asked = read_query(LatestQuery, request)
        current = Signal.objects.current(timezone.now()).for_reading()
        signal = narrowed(current, asked, ("symbol", "strategy", "timeframe")).first()
        if signal is None:
            raise DeskError(
                "NO_SIGNAL", f"No current signal for {asked['symbol']}.", status=404, details=asked
            )
        return Response(signal_json(signal))


class RecentSignals(APIView):
    """Recent live signals, newest first, a page at a time."""

    permission_classes = [PublicRead]
    throttle_classes = [PublicThrottle]

    @extend_schema(tags=["signals"], parameters=[RecentQuery], responses=RecentOut)
    def get(self, request: Request) -> Response:
        asked = read_query(RecentQuery, request)
        found = Signal.objects.live() if "status" in asked else Signal.objects.public()
        found = narrowed(found, asked, ("symbol", "strategy", "action", "status"))
        if "since" in asked:
            found = found.filter(bar_closed_at__gte=asked["since"])
        page = page_of(found.for_reading(), request, ordering=("-bar_closed_at", "-id"))
        listed = [signal_json(signal) for signal in page.rows]
        return Response({"signals": listed, "count": len(listed), "next": page.next})


def narrowed(
    signals: SignalQuerySet, asked: dict[str, str], names: tuple[str, ...]
) -> SignalQuerySet:
    """`signals` filtered by those of `names` that were asked for."""
    columns = {"symbol": "symbol__code"}
    return signals.filter(**{columns.get(n, n): asked[n] for n in names if n in asked})
