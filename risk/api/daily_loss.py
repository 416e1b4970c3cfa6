"""The loss of the running trading day, told by scripts."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.permissions import IsStaff
from access.sent import read_body
from access.throttles import WriteThrottle
from markets.sessions import trading_day
from risk.api.shapes import LossIn, LossOut
from risk.models import DailyLoss
from risk.versions import newest_version, report_daily_loss


class DailyLossView(APIView):
    """What is lost so far; the guard daily_loss reads it."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(operation_id="read_daily_loss", tags=["risk"], responses=LossOut)
    def get(self, request: Request) -> Response:
        return Response(_loss_json(timezone.now()))

    @extend_schema(
        operation_id="report_daily_loss", tags=["risk"], request=LossIn, responses=LossOut
    )
    def put(self, request: Request) -> Response:
        """Say what is lost so far, in place of what was said before."""
        now = timezone.now()
        report_daily_loss(read_body(LossIn, request)["amount"], by=str(request.user), now=now)
        return Response(_loss_json(now))


def _loss_json(now: datetime) -> dict[str, Any]:
    day = trading_day(now)
    loss = DailyLoss.objects.filter(day=day).first()
    facts: Any = {"day": day, "amount": 0, "updated_at": None, "updated_by": ""}
    if loss:
        facts = {name: getattr(loss, name) for name in facts}
    facts["loss_unit"] = newest_version().loss_unit
    return dict(LossOut(facts).data)
