"""Who gets messages and what became of each, newest first, a page at a time."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.models import Scope
from access.pagination import RecentPagination
from access.permissions import scope_or_perm
from access.roles import READ_DESK
from access.throttles import PublicThrottle
from delivery.api.shapes import DeliveriesQuery, DeliveryOut, RecipientOut, RecipientsQuery
from delivery.models import Delivery, Recipient

Row = TypeVar("Row", bound=Model)

MayRead = scope_or_perm(Scope.OPS_READ, READ_DESK)


class DeliveriesOut(serializers.Serializer[Any]):
    results = DeliveryOut(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class RecipientsOut(serializers.Serializer[Any]):
    results = RecipientOut(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class Deliveries(APIView):
    """Each message to each recipient and its state."""

    permission_classes = [MayRead]
    throttle_classes = [PublicThrottle]

    @extend_schema(tags=["delivery"], parameters=[DeliveriesQuery], responses=DeliveriesOut)
    def get(self, request: Request) -> Response:
        asked = DeliveriesQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        columns = {"state": "state", "message": "message__key", "recipient": "recipient_id"}
        rows = Delivery.objects.for_sending()
        rows = rows.filter(**_named(asked.validated_data, columns))
        return page_of(rows, DeliveryOut, request, self)


class Recipients(APIView):
    """Who gets messages, addresses masked."""

    permission_classes = [MayRead]
    throttle_classes = [PublicThrottle]

    @extend_schema(tags=["delivery"], parameters=[RecipientsQuery], responses=RecipientsOut)
    def get(self, request: Request) -> Response:
        asked = RecipientsQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = Recipient.objects.filter(**_named(asked.validated_data, {"channel": "channel"}))
        return page_of(rows, RecipientOut, request, self)


def page_of(
    rows: QuerySet[Row], shape: type[serializers.Serializer[Any]], request: Request, view: APIView
) -> Response:
    """The page of `rows` the request's cursor names."""
    pages = RecentPagination()
    page = pages.paginate_queryset(rows, request, view=view) or []
    return pages.get_paginated_response(shape(page, many=True).data)


def _named(asked: dict[str, Any], columns: dict[str, str]) -> dict[str, Any]:
    return {column: asked[name] for name, column in columns.items() if name in asked}
