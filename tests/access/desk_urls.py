"""A small desk for these tests: the real access URLs, and one view of each kind."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import include, path
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.views import APIView

from access.errors import DeskError
from access.idempotency import once_per_key
from access.pages import staff_required, viewer_required
from access.permissions import IsStaff, PublicRead, scope_or_perm
from access.throttles import PublicThrottle
from audit.log import log_event


class Public(APIView):
    permission_classes = [PublicRead]
    throttle_classes = [PublicThrottle]

    def get(self, request):
        return Response({"user": str(request.user), "auth": str(request.auth)})


class Candles(APIView):
    permission_classes = [scope_or_perm("candles:write", "markets.add_candle")]

    def post(self, request):
        return Response({"got": request.data})


class Staff(APIView):
    permission_classes = [IsStaff]

    def post(self, request):
        return Response({})


class Sends(APIView):
    """Does something that must not happen twice; its answer says which one it was."""

    permission_classes = [IsStaff]

    @once_per_key
    def post(self, request, number=0):
        event = log_event("test.sent", at=timezone.now(), text="sent", actor=str(request.user))
        if request.data.get("refuse"):
            raise DeskError("SENT_JUST_NOW", "Wait.", status=409)
        if request.data.get("answer"):
            return Response({}, status=request.data["answer"])
        return Response({"event": event.pk, "at": event.at}, status=202)


class Forgotten(APIView):
    def get(self, request):
        return Response({})


class Refuses(APIView):
    permission_classes = [PublicRead]

    def get(self, request):
        raise DeskError("NO_SIGNAL", "No signal yet.", status=404, details={"symbol": "EURUSD"})


class ModelRefuses(APIView):
    permission_classes = [PublicRead]

    def get(self, request):
        unknown = ValidationError("unknown setting", params={"setting": "fsat"})
        raise ValidationError({"parameters": unknown, "mode": "No such mode.", "__all__": "Twice."})


class Breaks(APIView):
    permission_classes = [PublicRead]

    def get(self, request):
        raise RuntimeError("unforeseen")


@viewer_required
def for_viewers(request):
    return HttpResponse("shown")


@staff_required
def for_staff(request):
    return HttpResponse("shown")


urlpatterns = [
    path("api/public", Public.as_view()),
    path("api/candles", Candles.as_view()),
    path("api/staff", Staff.as_view()),
    path("api/sends", Sends.as_view()),
    path("api/sends/<int:number>", Sends.as_view()),
    path("api/forgotten", Forgotten.as_view()),
    path("api/refuses", Refuses.as_view()),
    path("api/model-refuses", ModelRefuses.as_view()),
    path("api/breaks", Breaks.as_view()),
    path("breaks", lambda request: 1 / 0),
    path("form", lambda request: HttpResponse("kept")),
    path("for-viewers", for_viewers, name="overview"),
    path("for-staff", for_staff),
    path("login/", for_viewers, name="login"),
    path("", include("access.urls")),
]
handler400 = "access.error_pages.handler400"
handler403 = "access.error_pages.handler403"
handler404 = "access.error_pages.handler404"
handler500 = "access.error_pages.handler500"
