"""Why, or why not, for scripts: what the page says, with numbers as numbers."""

from django.http import QueryDict
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.permissions import IsViewer
from access.sent import Sent, read_query
from access.throttles import PublicThrottle
from dashboard.why.asking import WhyForm, asked
from dashboard.why.page import page
from dashboard.why.shapes import WhyOut, page_json
from signals.api.shapes import SymbolField


class WhyQuery(Sent):
    symbol = SymbolField()
    at = serializers.CharField(
        max_length=40,
        help_text="A minute such as 2026-11-20T12:34, UTC unless it says otherwise, or `now`. What "
        "counts is the bar that closed last by then.",
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
        operation_id="explain_minute", tags=["signals"], parameters=[WhyQuery], responses=WhyOut
    )
    def get(self, request: Request) -> Response:
        sent, now = read_query(WhyQuery, request), timezone.now()
        typed = QueryDict(mutable=True)
        typed.update({name: str(value) for name, value in sent.items()})
        form = WhyForm(typed, now=now)
        found = asked(form)
        if found is None:
            raise serializers.ValidationError(
                {name: [str(text) for text in said] for name, said in form.errors.items()}
            )
        return Response(page_json(page(found, now=now)))
