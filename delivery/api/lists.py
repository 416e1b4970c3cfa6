"""Who gets messages and what became of each, newest first, a page at a time."""

from typing import Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.pagination import list_shape, listed, page_of
from access.permissions import ReadsOperations
from access.sent import read_query
from access.throttles import PublicThrottle
from delivery.api.shapes import (
    DeliveriesQuery,
    DeliveryDetail,
    DeliveryOut,
    RecipientOut,
    RecipientsQuery,
)
from delivery.models import Attempt, Delivery, Recipient

DELIVERY_COLUMNS = {
    "state": "state",
    "message": "message__key",
    "recipient": "recipient_id",
    "channel": "recipient__channel",
    "since": "created_at__gte",
}


class Deliveries(APIView):
    """Each message to each recipient and its state."""

    permission_classes = [ReadsOperations]
    throttle_classes = [PublicThrottle]

    @extend_schema(
        operation_id="list_deliveries",
        tags=["delivery"],
        parameters=[DeliveriesQuery],
        responses=list_shape("Deliveries", DeliveryOut),
    )
    def get(self, request: Request) -> Response:
        asked = read_query(DeliveriesQuery, request)
        rows = Delivery.objects.for_sending().filter(**_named(asked, DELIVERY_COLUMNS))
        return listed(page_of(rows, request), DeliveryOut)


class OneDelivery(APIView):
    """One delivery and every try of it."""

    permission_classes = [ReadsOperations]
    throttle_classes = [PublicThrottle]

    @extend_schema(operation_id="read_delivery", tags=["delivery"], responses=DeliveryDetail)
    def get(self, request: Request, delivery_id: int) -> Response:
        attempts = Prefetch("attempts", Attempt.objects.order_by("pk"))
        rows = Delivery.objects.for_sending().prefetch_related(attempts)
        return Response(DeliveryDetail(get_object_or_404(rows, pk=delivery_id)).data)


class Recipients(APIView):
    """Who gets messages, addresses masked."""

    permission_classes = [ReadsOperations]
    throttle_classes = [PublicThrottle]

    @extend_schema(
        operation_id="list_recipients",
        tags=["delivery"],
        parameters=[RecipientsQuery],
        responses=list_shape("Recipients", RecipientOut),
    )
    def get(self, request: Request) -> Response:
        asked = read_query(RecipientsQuery, request)
        rows = Recipient.objects.filter(**_named(asked, {"channel": "channel"}))
        return listed(page_of(rows, request), RecipientOut)


def _named(asked: dict[str, Any], columns: dict[str, str]) -> dict[str, Any]:
    return {column: asked[name] for name, column in columns.items() if name in asked}
