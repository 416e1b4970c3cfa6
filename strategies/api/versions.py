"""What a config said from one save to the next, and going back to it."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.idempotency import once_per_key
from access.pagination import list_shape, listed, page_of
from access.permissions import IsStaff
from access.sent import PageQuery, read_body, read_query
from access.throttles import WriteThrottle
from strategies.api.bodies import Expected
from strategies.api.conflicts import CONFLICT, saved_meanwhile_as_conflict
from strategies.api.shapes import ChangedOut, VersionOut, WholeVersionOut
from strategies.changing import go_back
from strategies.models import ConfigVersion, StrategyConfig
from strategies.snapshots import changes


class Versions(APIView):
    """Every version of a config, newest first."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="list_config_versions",
        tags=["strategies"],
        parameters=[PageQuery],
        responses=list_shape("ConfigVersions", VersionOut),
    )
    def get(self, request: Request, config_id: int) -> Response:
        read_query(PageQuery, request)
        config = get_object_or_404(StrategyConfig, pk=config_id)
        page = page_of(config.versions.all(), request, ordering=("-number",))
        return listed(page, VersionOut)


class VersionView(APIView):
    """One version with all it says."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="read_config_version", tags=["strategies"], responses=WholeVersionOut
    )
    def get(self, request: Request, config_id: int, number: int) -> Response:
        version = get_object_or_404(ConfigVersion, config__pk=config_id, number=number)
        return Response(WholeVersionOut(version).data)


class RestoreVersion(APIView):
    """Give a config all settings of a version again; that makes a new one."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="restore_config_version",
        tags=["strategies"],
        request=Expected,
        responses={200: ChangedOut, 409: CONFLICT},
    )
    @once_per_key
    def post(self, request: Request, config_id: int, number: int) -> Response:
        expected = read_body(Expected, request).get("expected")
        versions = ConfigVersion.objects.filter(config__pk=config_id)
        version = get_object_or_404(versions.select_related("config__symbol"), number=number)
        with saved_meanwhile_as_conflict(expected, versions, changes):
            saved = go_back(version, by=str(request.user), now=timezone.now(), expected=expected)
        return Response(ChangedOut(saved).data)
