"""`POST /api/admin/signals/{id}/resend`: a signal once more, because a script asks."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.idempotency import once_per_key
from access.permissions import IsStaff
from access.sent import Sent, read_body
from access.throttles import WriteThrottle
from dashboard.by_hand.push import push
from delivery.api.refusals import CONFLICT, refusals_as_conflicts
from delivery.api.shapes import SentOut, sent_json
from signals.models import Signal


class ResendIn(Sent):
    confirm = serializers.BooleanField(
        default=False,
        help_text="Must be true for a signal that is over; else 409 CONFIRMATION_NEEDED.",
    )


class ResendSignal(APIView):
    """Send a signal's message again, or for the first time when it was found late."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="resend_signal",
        tags=["desk"],
        request=ResendIn,
        responses={202: SentOut, 409: CONFLICT},
    )
    @once_per_key
    def post(self, request: Request, signal_id: int) -> Response:
        wanted = read_body(ResendIn, request)
        signal = get_object_or_404(Signal.objects.public().for_reading(), pk=signal_id)
        by, is_confirmed = str(request.user), wanted["confirm"]
        with refusals_as_conflicts():
            message = push(signal, by=by, now=timezone.now(), is_confirmed=is_confirmed)
        return Response(sent_json(message), status=202)
