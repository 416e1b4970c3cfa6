"""What the live signals came to so far: the figures of the track record, for scripts."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.permissions import IsViewer
from access.sent import read_query
from access.throttles import PublicThrottle
from signals.api.stats_shapes import StatsOut, StatsQuery
from signals.track_record import Asked, TrackRecord, kept_record
from signals.track_record.as_json import equity_json, groups_json, guard_json, record_json


class Stats(APIView):
    """Counts and results of live signals, as the track record tells them."""

    permission_classes = [IsViewer]
    throttle_classes = [PublicThrottle]

    @extend_schema(
        operation_id="read_stats", tags=["signals"], parameters=[StatsQuery], responses=StatsOut
    )
    def get(self, request: Request) -> Response:
        asked = read_query(StatsQuery, request)
        by, with_equity = asked.pop("by", ""), asked.pop("equity", False)
        record = kept_record(Asked(**asked), now=timezone.now(), by=[by] if by else [])
        return Response(stats_json(record, by=by, with_equity=with_equity))


def stats_json(record: TrackRecord, *, by: str, with_equity: bool) -> dict[str, Any]:
    """The record with the groups, the guards and the curve that were asked for."""
    return record_json(record) | {
        "groups": groups_json(record, by),
        "guards": [guard_json(effect) for effect in record.guards],
        "equity": equity_json(record.equity) if with_equity else None,
    }
