"""The kill switch for scripts."""

from typing import Any

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
from delivery.models import Pause
from delivery.pauses import current_pause, pause, resume


class KillSwitchIn(Sent):
    enabled = serializers.BooleanField(help_text="true stops every push, false lets them go again")
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["enabled"] and not attrs.get("reason", "").strip():
            raise serializers.ValidationError({"reason": "Say why the pushes are stopped."})
        return attrs


class KillSwitchOut(serializers.Serializer[Any]):
    enabled = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True)
    by = serializers.CharField(allow_null=True)


class KillSwitch(APIView):
    """Stop every push at once, or let them go again; asking twice changes nothing."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(operation_id="read_kill_switch", tags=["desk"], responses=KillSwitchOut)
    def get(self, request: Request) -> Response:
        """Whether pushes are stopped, since when, by whom and why."""
        return Response(kill_switch_json(current_pause()))

    @extend_schema(
        operation_id="set_kill_switch",
        tags=["desk"],
        request=KillSwitchIn,
        responses=KillSwitchOut,
    )
    @once_per_key
    def post(self, request: Request) -> Response:
        wanted = read_body(KillSwitchIn, request)
        by, now = str(request.user), timezone.now()
        if wanted["enabled"]:
            pause(reason=wanted["reason"], by=by, now=now)
        else:
            resume(by=by, now=now)
        return Response(kill_switch_json(current_pause()))


def kill_switch_json(open_pause: Pause | None) -> dict[str, Any]:
    """The state of the kill switch as the API tells it."""
    return {
        "enabled": open_pause is not None,
        "reason": open_pause and open_pause.reason,
        "since": open_pause and open_pause.started_at,
        "by": open_pause and open_pause.started_by,
    }
