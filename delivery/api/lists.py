"""Who gets messages and what became of each, newest first, a page at a time."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.pagination import list_shape, listed, page_of
from access.permissions import ReadsOperations
from access.sent import read_query
from access.throttles import PublicThrottle
from delivery.api.shapes import DeliveriesQuery, DeliveryOut, RecipientOut, RecipientsQuery
from delivery.models import Delivery, Recipient


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
        columns = {"state": "state", "message": "message__key", "recipient": "recipient_id"}
        rows = Delivery.objects.for_sending()
        rows = rows.filter(**_named(asked, columns))
        return listed(page_of(rows, request), DeliveryOut)


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
