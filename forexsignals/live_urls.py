from django.http import HttpRequest, JsonResponse
from django.urls import include, path, re_path

from access.errors import error_body


def elsewhere(request: HttpRequest) -> JsonResponse:
    """Everything but streams is served by the process web."""
    body = error_body("NOT_FOUND", "Only /api/stream is served here. The proxy sends the rest on.")
    return JsonResponse(body, status=404)


urlpatterns = [path("", include("dashboard.live.urls")), re_path("", elsewhere)]
