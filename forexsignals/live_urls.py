from django.http import HttpRequest, JsonResponse
from django.urls import include, path, re_path

from access.error_pages import MESSAGES, SERVER_ERROR
from access.errors import error_body


def elsewhere(request: HttpRequest) -> JsonResponse:
    """Everything but streams is served by the process web."""
    message = "Only /api/stream and /ws/feed are served here. The proxy sends the rest on."
    return JsonResponse(error_body("NOT_FOUND", message), status=404)


def handler400(request: HttpRequest, exception: Exception) -> JsonResponse:
    return JsonResponse(error_body(*MESSAGES[400]), status=400)


def handler500(request: HttpRequest) -> JsonResponse:
    return JsonResponse(error_body(*MESSAGES[SERVER_ERROR]), status=SERVER_ERROR)


urlpatterns = [path("", include("dashboard.live.urls")), re_path("", elsewhere)]
