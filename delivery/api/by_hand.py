"""What staff do by hand, for scripts: a test, a decision, a channel that may post again."""

from typing import Any

from django.http import Http404
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
from access.values import Choice
from delivery.api.refusals import CONFLICT, refusals_as_conflicts
from delivery.api.shapes import DeliveryOut, SentOut, sent_json
from delivery.channel_states import resume_channel
from delivery.channels.registry import CHANNELS
from delivery.hand_sends import send_test_message
from delivery.models import Delivery, Recipient
from delivery.resolving import resolve_arrived, resolve_send_again

WRITE_AN_ID = "Write the recipient's id, a number, or null for everybody."
RESOLVE = {"arrived": resolve_arrived, "send_again": resolve_send_again}


class TestMessageIn(Sent):
    recipient = serializers.PrimaryKeyRelatedField(
        queryset=Recipient.objects.all(),
        pk_field=serializers.IntegerField(
            max_value=2**63 - 1, error_messages={"invalid": WRITE_AN_ID, "max_value": WRITE_AN_ID}
        ),
        required=False,
        allow_null=True,
        default=None,
        help_text="A recipient's id; null: everybody who may be sent to.",
        error_messages={
            "does_not_exist": "There is no recipient {pk_value}.",
            "incorrect_type": WRITE_AN_ID,
        },
    )


class TestMessage(APIView):
    """Send a test, also while pushes are paused."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="send_test_message",
        tags=["desk"],
        request=TestMessageIn,
        responses={202: SentOut, 409: CONFLICT},
    )
    @once_per_key
    def post(self, request: Request) -> Response:
        recipient = read_body(TestMessageIn, request)["recipient"]
        with refusals_as_conflicts():
            message = send_test_message(recipient, by=str(request.user), now=timezone.now())
        return Response(sent_json(message), status=202)


class ResolveIn(Sent):
    outcome = Choice(
        list(RESOLVE), help_text="arrived: it is there. send_again: it is not, post it again."
    )


class ResolvedOut(serializers.Serializer[Any]):
    deliveries = DeliveryOut(many=True, help_text="All that shared the post with it.")


class ResolveDelivery(APIView):
    """Settle an uncertain delivery, and with it those that shared its post."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="resolve_delivery",
        tags=["desk"],
        request=ResolveIn,
        responses={200: ResolvedOut, 409: CONFLICT},
    )
    @once_per_key
    def post(self, request: Request, delivery_id: int) -> Response:
        wanted = read_body(ResolveIn, request)
        delivery = get_object_or_404(Delivery, pk=delivery_id)
        resolve = RESOLVE[wanted["outcome"]]
        with refusals_as_conflicts():
            settled = resolve(delivery, by=str(request.user), now=timezone.now())
        rows = Delivery.objects.for_sending().filter(pk__in=[each.pk for each in settled])
        return Response({"deliveries": DeliveryOut(rows.order_by("pk"), many=True).data})


class ResumedOut(serializers.Serializer[Any]):
    channel = serializers.CharField()
    was_paused = serializers.BooleanField()


class ResumeChannel(APIView):
    """Let a paused channel post again; its messages waited."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(operation_id="resume_channel", tags=["desk"], request=None, responses=ResumedOut)
    @once_per_key
    def post(self, request: Request, slug: str) -> Response:
        if slug not in CHANNELS:
            raise Http404
        read_body(Sent, request)
        was_paused = resume_channel(slug, by=str(request.user), now=timezone.now())
        return Response({"channel": slug, "was_paused": was_paused})
