"""Sweeps for scripts: asked for, looked at, cancelled. Their trials are backtests."""

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.idempotency import once_per_key
from access.pagination import list_shape, page_of
from access.permissions import IsStaff, IsViewer
from access.sent import Fields, Sent, read_body, read_query
from access.throttles import PublicThrottle, WriteThrottle
from backtests.api.asked import plan_of, told_when_full
from backtests.api.sweep_shapes import OneSweepOut, SweepIn, SweepOut, SweepsQuery
from backtests.models import Sweep
from backtests.progress import someone_works
from backtests.runs import cancel_sweep
from backtests.sweeps.counting import counts_of
from backtests.sweeps.queueing import Search, queue_sweep
from backtests.sweeps.writing import SpaceError

SEARCH = ("kind", "trials", "seed", "windows", "criterion", "least_results")


class Sweeps(APIView):
    """Every sweep, the newest first."""

    def get_permissions(self) -> list[Any]:
        return [IsStaff() if self.request.method == "POST" else IsViewer()]

    def get_throttles(self) -> list[Any]:
        return [WriteThrottle() if self.request.method == "POST" else PublicThrottle()]

    @extend_schema(
        operation_id="list_sweeps",
        tags=["backtests"],
        parameters=[SweepsQuery],
        responses=list_shape("Sweeps", SweepOut),
    )
    def get(self, request: Request) -> Response:
        asked = read_query(SweepsQuery, request)
        rows = Sweep.objects.with_opinion()
        if "state" in asked:
            rows = rows.filter(state=asked["state"])
        page = page_of(rows, request)
        found = told(page.rows, SweepOut)
        return Response({"results": found, "count": len(found), "next": page.next})

    @extend_schema(
        operation_id="queue_sweep",
        tags=["backtests"],
        request=SweepIn,
        responses={
            201: OneSweepOut,
            409: OpenApiResponse(description="QUEUE_FULL: too many of yours wait or run."),
        },
    )
    @once_per_key
    def post(self, request: Request) -> Response:
        """Test many settings of one plan; workers compute them, ask again for the verdict."""
        wanted = read_body(SweepIn, request)
        search = Search(**{name: wanted.pop(name) for name in SEARCH})
        return Response(queued(wanted, search, by=str(request.user)), status=201)


class SweepView(APIView):
    """One sweep: what was asked, how far it is, and the verdict."""

    permission_classes = [IsViewer]
    throttle_classes = [PublicThrottle]

    @extend_schema(operation_id="read_sweep", tags=["backtests"], responses=OneSweepOut)
    def get(self, request: Request, sweep_id: int) -> Response:
        return Response(one(sweep_id))


class CancelSweep(APIView):
    """End a sweep that waits or runs."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="cancel_sweep", tags=["backtests"], request=None, responses=OneSweepOut
    )
    @once_per_key
    def post(self, request: Request, sweep_id: int) -> Response:
        """End what waits or runs of a sweep; one that has ended stays as it is."""
        read_body(Sent, request)
        sweep = get_object_or_404(Sweep.objects.defer("verdict"), pk=sweep_id)
        cancel_sweep(sweep, by=str(request.user), now=timezone.now())
        return Response(one(sweep_id))


def queued(wanted: Fields, search: Search, *, by: str) -> dict[str, Any]:
    """The sweep of what was sent, as it is told; ValidationError at the field that cannot be."""
    space = wanted.pop("space")
    plan = plan_of(wanted)
    try:
        with told_when_full():
            sweep = queue_sweep(plan, space, search, by=by, now=timezone.now())
    except SpaceError as error:
        field = f"space.{error.setting}" if error.setting else "space"
        raise ValidationError({field: [str(error)]}) from error
    return one(sweep.pk)


def one(sweep_id: int) -> dict[str, Any]:
    """A sweep with its verdict, as scripts read it now; 404 where there is none."""
    rows = Sweep.objects.with_opinion().defer(None)
    return told([get_object_or_404(rows, pk=sweep_id)], OneSweepOut)[0]


def told(sweeps: Sequence[Sweep], shape: type[SweepOut]) -> list[dict[str, Any]]:
    """Sweeps as scripts read them now; two queries for the trials of all."""
    now = timezone.now()
    context = {"now": now, "counts": counts_of(sweeps), "is_busy": someone_works(now=now)}
    return list(shape(sweeps, many=True, context=context).data)
