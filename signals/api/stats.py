"""What the live signals came to so far: counts and results, never without their sample."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.permissions import IsViewer
from access.sent import read_query
from access.throttles import PublicThrottle
from risk.statistics import Results, together
from signals.api.shapes import StatsOut, StatsQuery
from signals.results import Group, groups, judged, total


class Stats(APIView):
    """Counts and results of live signals that were found in time."""

    permission_classes = [IsViewer]
    throttle_classes = [PublicThrottle]

    @extend_schema(
        operation_id="read_stats", tags=["signals"], parameters=[StatsQuery], responses=StatsOut
    )
    def get(self, request: Request) -> Response:
        asked = read_query(StatsQuery, request)
        by = asked.pop("by", None)
        signals = judged(**asked)
        found = groups(signals, by) if by else []
        whole = together(group.results for group in found) if by else total(signals)
        listed = [group_json(group) for group in found]
        return Response({"total": results_json(whole), "groups": listed})


def group_json(group: Group) -> dict[str, Any]:
    """What the group shares, then its results."""
    shared = {"strategy": group.strategy, "symbol": group.symbol, "config": group.config}
    return shared | results_json(group.results)


def results_json(results: Results) -> dict[str, Any]:
    """As numbers a script can go on with: rates to four places, pips to two."""
    return {
        "n": results.n,
        "wins": results.wins,
        "losses": results.losses,
        "expired": results.expired,
        "undecided": results.undecided,
        "open": results.open,
        "blocked": results.blocked,
        "win_rate": _rounded(results.win_rate, 4),
        "r_sum": _rounded(results.r_sum, 4),
        "r_mean": _rounded(results.r_mean, 4),
        "pips_sum": _rounded(results.pips_sum, 2),
        "pips_mean": _rounded(results.pips_mean, 2),
        "is_demo": results.is_demo,
    }


def _rounded(value: float | None, places: int) -> float | None:
    return None if value is None else round(value, places)
