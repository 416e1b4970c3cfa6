"""The pull API: the newest signal of a symbol, the recent ones, and any one of them."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from access.conditional import kept_answer
from access.errors import DeskError
from access.pagination import page_of
from access.permissions import PublicRead
from access.sent import read_query
from access.throttles import PublicThrottle
from signals.api.shapes import LatestQuery, RecentOut, RecentQuery, SignalOut
from signals.contract import contract_json
from signals.messages import facts_of
from signals.models import Signal, SignalQuerySet, Tick

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
        changed_at = Tick.objects.readers_change(now=now)  # asked first: see there
        current = narrowed(Signal.objects.current(now), asked, ("symbol", "strategy", "timeframe"))
        newest = next(current[:1].facts(), None)
        if newest is None:
            raise DeskError(
                "NO_SIGNAL", f"No current signal for {asked['symbol']}.", status=404, details=asked
            )
        changed_at = max(changed_at, newest.changed_at)
        return kept_answer(request, contract_json(newest), changed_at=changed_at)


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
        changed_at = Tick.objects.readers_change(now=timezone.now())
        rows = recent(asked).for_reading().defer("evidence", "config_version__snapshot")
        page = page_of(rows, request, ordering=("-bar_closed_at", "-id"))
        listed = [facts_of(signal) for signal in page.rows]
        found = [contract_json(facts) for facts in listed]
        body = {"signals": found, "count": len(found), "next": page.next}
        changed_at = max([changed_at, *(facts.changed_at for facts in listed)])
        return kept_answer(request, body, changed_at=changed_at)


class OneSignal(APIView):
    """Any public signal, however old; what was blocked or never live is not found here."""

    permission_classes = [PublicRead]
    throttle_classes = [PublicThrottle]

    @extend_schema(
        operation_id="read_signal", tags=["signals"], responses={200: SignalOut, 304: UNCHANGED}
    )
    def get(self, request: Request, signal_id: int) -> HttpResponse:
        changed_at = Tick.objects.readers_change(now=timezone.now())
        facts = next(Signal.objects.public().filter(pk=signal_id).facts(), None)
        if facts is None:
            raise Http404
        changed_at = max(changed_at, facts.changed_at)
        return kept_answer(request, contract_json(facts), changed_at=changed_at)


def recent(asked: dict[str, str]) -> SignalQuerySet:
    """Live signals as `asked` for; blocked ones only when asked for by status."""
    found = Signal.objects.live() if "status" in asked else Signal.objects.public()
    found = narrowed(found, asked, ("symbol", "strategy", "action", "status"))
    return found.filter(bar_closed_at__gte=asked["since"]) if "since" in asked else found


def narrowed(
    signals: SignalQuerySet, asked: dict[str, str], names: tuple[str, ...]
) -> SignalQuerySet:
    """`signals` filtered by those of `names` that were asked for."""
    columns = {"symbol": "symbol__code"}
    return signals.filter(**{columns.get(n, n): asked[n] for n in names if n in asked})
