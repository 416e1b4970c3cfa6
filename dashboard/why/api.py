"""Why, or why not, for scripts: what the page says, with numbers as numbers."""

from datetime import UTC

from django.http import QueryDict
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.errors import DeskError
from access.permissions import IsViewer
from access.sent import Sent, read_query
from access.throttles import PublicThrottle
from dashboard.why.asking import WhyForm, asked
from dashboard.why.page import page
from dashboard.why.shapes import WhyOut, page_json
from markets.api.fields import SymbolField

NO_SUCH = "The desk has no such symbol, strategy, rehearsal or year; `details` names it."
UNKNOWN = OpenApiResponse(description=f"NOT_FOUND: {NO_SUCH} Years are 1990 to 2100.")


class WhyQuery(Sent):
    symbol = SymbolField()
    at = serializers.DateTimeField(
        required=False,
        default_timezone=UTC,
        help_text="A minute such as 2026-11-20T12:34, UTC unless it says otherwise; left out: now. "
        "What counts is the bar that closed last by then.",
    )
    strategy = serializers.CharField(required=False, max_length=40)
    run = serializers.IntegerField(
        required=False, min_value=1, help_text="The number of a rehearsal; left out: the live desk."
    )


class WhyNot(APIView):
    """Why each config did or did not signal at a minute, computed again, and what is recorded."""

    permission_classes = [IsViewer]
    throttle_classes = [PublicThrottle]

    @extend_schema(
        operation_id="explain_minute",
        tags=["signals"],
        parameters=[WhyQuery],
        responses={200: WhyOut, 404: UNKNOWN},
    )
    def get(self, request: Request) -> Response:
        sent, now = read_query(WhyQuery, request), timezone.now()
        typed = QueryDict(mutable=True)
        typed.update({name: str(value) for name, value in sent.items()})
        form = WhyForm(typed, now=now)
        found = asked(form)
        if found is None:
            said = {name: list(map(str, errors)) for name, errors in form.errors.items()}
            raise DeskError("NOT_FOUND", NO_SUCH, status=404, details=said)
        return Response(page_json(page(found, now=now)))
