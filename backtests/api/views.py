"""Backtests for scripts: asked for, looked at, cancelled, and their trades."""

from collections.abc import Sequence
from typing import Any

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.errors import DeskError
from access.files import CSV, file_response
from access.idempotency import once_per_key
from access.pagination import list_shape, page_of
from access.permissions import IsStaff, IsViewer
from access.sent import Sent, read_body, read_query
from access.throttles import PublicThrottle, WriteThrottle
from backtests.api.asked import plan_of, told_when_full
from backtests.api.shapes import BacktestIn, BacktestOut, BacktestsQuery, TradesQuery
from backtests.exporting import note_export
from backtests.models import Backtest, State
from backtests.progress import someone_works
from backtests.readings import told_of
from backtests.runs import cancel, queue_backtest
from backtests.trade_files import csv_pieces, json_pieces


class Backtests(APIView):
    """Every backtest, the newest first."""

    def get_permissions(self) -> list[Any]:
        return [IsStaff() if self.request.method == "POST" else IsViewer()]

    def get_throttles(self) -> list[Any]:
        return [WriteThrottle() if self.request.method == "POST" else PublicThrottle()]

    @extend_schema(
        operation_id="list_backtests",
        tags=["backtests"],
        parameters=[BacktestsQuery],
        responses=list_shape("Backtests", BacktestOut),
    )
    def get(self, request: Request) -> Response:
        asked = read_query(BacktestsQuery, request)
        rows = Backtest.objects.filter(sweep=asked.get("sweep"))
        if "state" in asked:
            rows = rows.filter(state=asked["state"])
        page = page_of(rows, request)
        found = told(page.rows)
        return Response({"results": found, "count": len(found), "next": page.next})

    @extend_schema(
        operation_id="queue_backtest",
        tags=["backtests"],
        request=BacktestIn,
        responses={
            201: BacktestOut,
            409: OpenApiResponse(description="QUEUE_FULL: too many of yours wait or run."),
        },
    )
    @once_per_key
    def post(self, request: Request) -> Response:
        """Ask what a strategy would have done; a worker computes it, ask again for its progress."""
        plan = plan_of(read_body(BacktestIn, request))
        with told_when_full():
            run = queue_backtest(plan, by=str(request.user), now=timezone.now())
        return Response(told([run])[0], status=201)


class BacktestView(APIView):
    """One backtest: what was asked, how far it is, what came out."""

    permission_classes = [IsViewer]
    throttle_classes = [PublicThrottle]

    @extend_schema(operation_id="read_backtest", tags=["backtests"], responses=BacktestOut)
    def get(self, request: Request, backtest_id: int) -> Response:
        return Response(told([get_object_or_404(Backtest, pk=backtest_id)])[0])


class CancelBacktest(APIView):
    """End a backtest that waits or runs."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="cancel_backtest", tags=["backtests"], request=None, responses=BacktestOut
    )
    @once_per_key
    def post(self, request: Request, backtest_id: int) -> Response:
        """End a backtest that waits or runs; one that has ended stays as it is."""
        read_body(Sent, request)
        run = get_object_or_404(Backtest, pk=backtest_id)
        cancel(run, by=str(request.user), now=timezone.now())
        run.refresh_from_db()
        return Response(told([run])[0])


class BacktestTrades(APIView):
    """Every trade of a backtest that is done, those the guards refused among them."""

    permission_classes = [IsViewer]
    throttle_classes = [PublicThrottle]

    @extend_schema(
        operation_id="read_backtest_trades",
        tags=["backtests"],
        parameters=[TradesQuery],
        responses={
            (200, "application/json"): {"type": "object"},
            (200, "text/csv"): {"type": "string"},
            409: OpenApiResponse(description="NOT_DONE: the backtest has no result."),
        },
    )
    def get(self, request: Request, backtest_id: int) -> StreamingHttpResponse:
        kind = read_query(TradesQuery, request)["file"]
        run = get_object_or_404(Backtest.objects.select_related("result", "sweep"), pk=backtest_id)
        if run.state != State.DONE:
            words = f"Backtest {run.pk} is {run.state}: there are trades once it is done."
            raise DeskError("NOT_DONE", words, status=409, details={"state": run.state})
        now = timezone.now()
        note_export(run, kind.upper(), by=str(request.user), now=now)
        told, name = told_of(run), f"backtest-{run.pk}.{kind}"
        pieces, content_type = {
            "csv": (csv_pieces(told), CSV),
            "json": (json_pieces(told, now=now), "application/json"),
        }[kind]
        return file_response(request._request, pieces, name=name, content_type=content_type)


def told(runs: Sequence[Backtest]) -> list[dict[str, Any]]:
    """Runs as scripts read them now."""
    now = timezone.now()
    context = {"now": now, "is_busy": someone_works(now=now)}
    return list(BacktestOut(runs, many=True, context=context).data)
