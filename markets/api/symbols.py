"""The pairs the desk watches: listed, added, changed."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.idempotency import once_per_key
from access.pagination import list_shape, listed, page_of
from access.permissions import IsStaff, IsViewer
from access.sent import read_body, read_query
from access.throttles import PublicThrottle, WriteThrottle
from markets.api.shapes import NewSymbol, SymbolChange, SymbolOut, SymbolsQuery
from markets.models import Symbol
from markets.symbols import change_symbol, new_symbol, save_symbol

COLUMNS = {"enabled": "is_enabled", "feed": "feed"}


class Symbols(APIView):
    """Every pair, by its code."""

    permission_classes = [IsViewer]
    throttle_classes = [PublicThrottle]

    @extend_schema(
        operation_id="list_symbols",
        tags=["markets"],
        parameters=[SymbolsQuery],
        responses=list_shape("Symbols", SymbolOut),
    )
    def get(self, request: Request) -> Response:
        asked = read_query(SymbolsQuery, request)
        chosen = {column: asked[name] for name, column in COLUMNS.items() if name in asked}
        rows = Symbol.objects.filter(**chosen)
        return listed(page_of(rows, request, ordering=("code",)), SymbolOut)


class AddSymbol(APIView):
    """Watch one pair more."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="add_symbol", tags=["markets"], request=NewSymbol, responses={201: SymbolOut}
    )
    @once_per_key
    def post(self, request: Request) -> Response:
        symbol = new_symbol(**read_body(NewSymbol, request))
        save_symbol(symbol, by=str(request.user), now=timezone.now())
        return Response(SymbolOut(symbol).data, status=201)


class SymbolView(APIView):
    """One pair the desk watches."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(operation_id="read_symbol", tags=["markets"], responses=SymbolOut)
    def get(self, request: Request, code: str) -> Response:
        return Response(SymbolOut(get_object_or_404(Symbol, code=code)).data)

    @extend_schema(
        operation_id="change_symbol", tags=["markets"], request=SymbolChange, responses=SymbolOut
    )
    def patch(self, request: Request, code: str) -> Response:
        """Change what is named; the code stays once there are candles."""
        changes = read_body(SymbolChange, request)
        symbol = get_object_or_404(Symbol, code=code)
        changed = change_symbol(symbol, changes, by=str(request.user), now=timezone.now())
        return Response(SymbolOut(changed).data)
