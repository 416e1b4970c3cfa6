"""Which strategy runs on which symbol: listed, added, changed."""

from django.db.models import F
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.idempotency import once_per_key
from access.pagination import Page, list_shape, listed, page_of
from access.permissions import IsStaff, IsViewer
from access.sent import read_body, read_query
from access.throttles import PublicThrottle, WriteThrottle
from strategies.api.bodies import ConfigChange, ConfigsQuery, NewConfig
from strategies.api.conflicts import CONFLICT, saved_meanwhile_as_conflict
from strategies.api.shapes import ChangedOut, ConfigOut, KindOut, kind_json
from strategies.changing import add_config, change_config
from strategies.models import ConfigVersion, StrategyConfig
from strategies.registry import STRATEGIES
from strategies.snapshots import changes

COLUMNS = {
    "symbol": "config__symbol__code",
    "strategy": "config__strategy",
    "mode": "config__mode",
    "enabled": "config__is_enabled",
}
ORDER = ("code", "config__strategy", "config__timeframe", "config__mode")


class Configs(APIView):
    """Every strategy on every symbol with all its settings, by symbol."""

    permission_classes = [IsViewer]
    throttle_classes = [PublicThrottle]

    @extend_schema(
        operation_id="list_configs",
        tags=["strategies"],
        parameters=[ConfigsQuery],
        responses=list_shape("Configs", ConfigOut),
    )
    def get(self, request: Request) -> Response:
        asked = read_query(ConfigsQuery, request)
        chosen = {column: asked[name] for name, column in COLUMNS.items() if name in asked}
        rows = ConfigVersion.objects.current().filter(**chosen)
        rows = rows.annotate(code=F("config__symbol__code"))
        return listed(page_of(rows, request, ordering=ORDER), ConfigOut)


class Kinds(APIView):
    """The strategies there are, and what can be set in each."""

    permission_classes = [IsViewer]
    throttle_classes = [PublicThrottle]

    @extend_schema(
        operation_id="list_strategy_kinds",
        tags=["strategies"],
        responses=list_shape("Kinds", KindOut),
    )
    def get(self, request: Request) -> Response:
        return listed(Page([*map(kind_json, STRATEGIES.values())], None), KindOut)


class AddConfig(APIView):
    """Run a strategy on a symbol."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="add_config",
        tags=["strategies"],
        request=NewConfig,
        responses={201: ChangedOut},
    )
    @once_per_key
    def post(self, request: Request) -> Response:
        wanted = read_body(NewConfig, request)
        symbol, strategy = wanted.pop("symbol"), wanted.pop("strategy")
        saved = add_config(symbol, strategy, wanted, by=str(request.user), now=timezone.now())
        return Response(ChangedOut(saved).data, status=201)


class ConfigView(APIView):
    """One strategy on one symbol."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(operation_id="read_config", tags=["strategies"], responses=ConfigOut)
    def get(self, request: Request, config_id: int) -> Response:
        version = get_object_or_404(ConfigVersion.objects.current(), config__pk=config_id)
        return Response(ConfigOut(version).data)

    @extend_schema(
        operation_id="change_config",
        tags=["strategies"],
        request=ConfigChange,
        responses={200: ChangedOut, 409: CONFLICT},
    )
    def patch(self, request: Request, config_id: int) -> Response:
        """Change what is named: a new version from the next bar on, unless nothing differs."""
        wanted = read_body(ConfigChange, request)
        config = get_object_or_404(StrategyConfig, pk=config_id)
        expected = wanted.pop("expected", None)
        by, now = str(request.user), timezone.now()
        with saved_meanwhile_as_conflict(expected, config.versions.all(), changes):
            saved = change_config(config, wanted, by=by, now=now, expected=expected)
        return Response(ChangedOut(saved).data)
