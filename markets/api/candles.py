"""`POST /api/candles`: a script's closed bars."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.models import Scope
from access.permissions import scope_or_perm
from access.sent import read_body
from access.throttles import WriteThrottle
from markets.api.candle_shapes import CandlesRequestSerializer, CandlesSerializer, StoredSerializer
from markets.ingest import store_pushed


class CandlesView(APIView):
    """Closed bars sent by a script, stored under the feed `push`."""

    permission_classes = [scope_or_perm(Scope.CANDLES_WRITE, "access.run_desk")]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="push_candles",
        tags=["markets"],
        request=CandlesRequestSerializer,
        responses=StoredSerializer,
    )
    def post(self, request: Request) -> Response:
        """Store closed M1 bars. Sending a bar again is harmless; each refused bar is explained."""
        wanted = read_body(CandlesSerializer, request)
        symbol, bars = wanted["symbol"], wanted["bars"]
        result = store_pushed(symbol, bars, now=timezone.now())
        rejected = [
            {"index": rejection.line - 1, "time": rejection.time, "reason": rejection.reason}
            for rejection in result.rejected
        ]
        answer = {"symbol": symbol.code, "rejected": rejected}
        answer |= {name: getattr(result, name) for name in ("stored", "duplicates", "revised")}
        return Response(StoredSerializer(answer).data)
