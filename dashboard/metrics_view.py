"""`/metrics` for Prometheus, by token, and for staff who look."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST

from access.methods import only
from dashboard.metrics import exposition


@only("GET", "HEAD")
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The text Prometheus reads."""
    if not is_allowed(request):
        message = "Send METRICS_TOKEN as a bearer token, or sign in as staff."
        error = {"code": "NOT_AUTHENTICATED", "message": message, "details": {}}
        return JsonResponse({"error": error}, status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(exposition(now=timezone.now()), content_type=CONTENT_TYPE_LATEST)


def is_allowed(request: HttpRequest) -> bool:
    """The right token, compared in constant time, or a staff session."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        expected = settings.METRICS_TOKEN
        return bool(expected) and constant_time_compare(token.strip(), expected)
    return request.user.has_perm("access.run_desk")
