"""The pull API: the newest signal of a symbol, and the recent ones."""

from urllib.parse import parse_qs, urlsplit

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.errors import DeskError
from access.pagination import RecentPagination
from access.permissions import PublicRead
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
        query = LatestQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        current = Signal.objects.current(timezone.now()).for_reading()
        signal = narrowed(current, asked, ("symbol", "strategy", "timeframe")).first()
        if signal is None:
            raise DeskError(
                "NO_SIGNAL", f"No current signal for {asked['symbol']}.", status=404, details=asked
            )
        return Response(signal_json(signal))


class RecentPages(RecentPagination):
    """Newest bar first."""

    ordering = ("-bar_closed_at", "-id")


class RecentSignals(APIView):
    """Recent live signals, newest first, a page at a time."""

    permission_classes = [PublicRead]
    throttle_classes = [PublicThrottle]

    @extend_schema(tags=["signals"], parameters=[RecentQuery], responses=RecentOut)
    def get(self, request: Request) -> Response:
        query = RecentQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        found = Signal.objects.live() if "status" in asked else Signal.objects.public()
        found = narrowed(found, asked, ("symbol", "strategy", "action", "status"))
        if "since" in asked:
            found = found.filter(bar_closed_at__gte=asked["since"])
        pages = RecentPages()
        page = pages.paginate_queryset(found.for_reading(), request, view=self) or []
        listed = [signal_json(signal) for signal in page]
        following = _cursor_of(pages.get_next_link())
        return Response({"signals": listed, "count": len(listed), "next": following})


def narrowed(
    signals: SignalQuerySet, asked: dict[str, str], names: tuple[str, ...]
) -> SignalQuerySet:
    """`signals` filtered by those of `names` that were asked for."""
    columns = {"symbol": "symbol__code"}
    return signals.filter(**{columns.get(n, n): asked[n] for n in names if n in asked})


def _cursor_of(link: str | None) -> str | None:
    return parse_qs(urlsplit(link).query)["cursor"][0] if link else None
