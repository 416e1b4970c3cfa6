"""Scripts add recipients and change them; an address goes in whole and comes out masked."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.idempotency import once_per_key
from access.models import Scope
from access.permissions import scope_or_perm
from access.sent import read_body
from access.throttles import WriteThrottle
from delivery.api.recipient_shapes import RecipientChanges, RecipientDetail, RecipientIn
from delivery.api.refusals import CONFLICT, refusals_as_conflicts
from delivery.models import Recipient
from delivery.recipient_values import add_recipient, change_recipient

MayAdd = scope_or_perm(Scope.SIGNALS_WRITE, "delivery.add_recipient")
MayChange = scope_or_perm(Scope.SIGNALS_WRITE, "delivery.change_recipient")


class AddRecipient(APIView):
    """Somebody new who gets messages; WhatsApp needs the time and the source of their consent."""

    permission_classes = [MayAdd]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="add_recipient",
        tags=["delivery"],
        request=RecipientIn,
        responses={201: RecipientDetail},
    )
    @once_per_key
    def post(self, request: Request) -> Response:
        wanted = read_body(RecipientIn, request)
        added = add_recipient(wanted, by=str(request.user), now=timezone.now())
        return Response(RecipientDetail(added).data, status=201)


class OneRecipient(APIView):
    """One recipient, the address masked."""

    permission_classes = [MayChange]
    throttle_classes = [WriteThrottle]

    @extend_schema(operation_id="read_recipient", tags=["delivery"], responses=RecipientDetail)
    def get(self, request: Request, recipient_id: int) -> Response:
        return Response(RecipientDetail(get_object_or_404(Recipient, pk=recipient_id)).data)

    @extend_schema(
        operation_id="change_recipient",
        tags=["delivery"],
        request=RecipientChanges,
        responses={200: RecipientDetail, 409: CONFLICT},
    )
    def patch(self, request: Request, recipient_id: int) -> Response:
        """Change what is named of a recipient; a new address goes in whole and is read masked."""
        wanted = read_body(RecipientChanges, request)
        get_object_or_404(Recipient, pk=recipient_id)
        by, now = str(request.user), timezone.now()
        with refusals_as_conflicts():
            changed = change_recipient(recipient_id, wanted, by=by, now=now)
        return Response(RecipientDetail(changed).data)
