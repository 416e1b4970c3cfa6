"""The guards' settings for scripts: read, changed, and taken back to a version."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.idempotency import once_per_key
from access.pagination import Page, list_shape, listed, page_of
from access.permissions import IsStaff
from access.sent import PageQuery, read_body, read_query
from access.throttles import WriteThrottle
from risk.api.shapes import ListedVersionOut, RiskChange, RiskChangedOut, RiskOut
from risk.changing import change_settings, go_back
from risk.models import RiskVersion
from risk.snapshots import changes
from risk.versions import newest_version, with_changes
from strategies.api.bodies import Expected
from strategies.api.conflicts import CONFLICT, saved_meanwhile_as_conflict


class RiskView(APIView):
    """The risk settings in force."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(operation_id="read_risk", tags=["risk"], responses=RiskOut)
    def get(self, request: Request) -> Response:
        return Response(RiskOut(newest_version()).data)

    @extend_schema(
        operation_id="change_risk",
        tags=["risk"],
        request=RiskChange,
        responses={200: RiskChangedOut, 409: CONFLICT},
    )
    def patch(self, request: Request) -> Response:
        """Change what is named: a new version from the next bar on, unless nothing differs."""
        wanted = read_body(RiskChange, request)
        expected, by, now = wanted.pop("expected", None), str(request.user), timezone.now()
        with saved_meanwhile_as_conflict(expected, RiskVersion.objects.all(), changes):
            saved = change_settings(wanted, by=by, now=now, expected=expected)
        return Response(RiskChangedOut(saved).data)


class RiskVersions(APIView):
    """Every version of the risk settings, newest first."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="list_risk_versions",
        tags=["risk"],
        parameters=[PageQuery],
        responses=list_shape("RiskVersions", ListedVersionOut),
    )
    def get(self, request: Request) -> Response:
        read_query(PageQuery, request)
        page = page_of(RiskVersion.objects.all(), request, ordering=("-number",))
        return listed(Page(with_changes(page.rows), page.next), ListedVersionOut)


class RiskVersionView(APIView):
    """The risk settings as they stood."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(operation_id="read_risk_version", tags=["risk"], responses=RiskOut)
    def get(self, request: Request, number: int) -> Response:
        return Response(RiskOut(get_object_or_404(RiskVersion, number=number)).data)


class RestoreRisk(APIView):
    """Give the risk settings all of a version again; that makes a new one."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="restore_risk_version",
        tags=["risk"],
        request=Expected,
        responses={200: RiskChangedOut, 409: CONFLICT},
    )
    @once_per_key
    def post(self, request: Request, number: int) -> Response:
        expected = read_body(Expected, request).get("expected")
        version = get_object_or_404(RiskVersion, number=number)
        with saved_meanwhile_as_conflict(expected, RiskVersion.objects.all(), changes):
            saved = go_back(version, by=str(request.user), now=timezone.now(), expected=expected)
        return Response(RiskChangedOut(saved).data)
