"""What Django itself refuses, outside any API view: JSON under /api/ and /webhooks/, else a page.

`forexsignals/urls.py` names the handlers, the setting CSRF_FAILURE_VIEW names `csrf_failure`.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from access.errors import error_body
from access.refusals import log_refusal

JSON_PATHS = ("/api/", "/webhooks/")

MESSAGES = {
    400: ("BAD_REQUEST", "The request cannot be read."),
    403: ("PERMISSION_DENIED", "You may not do this. Ask an admin of the desk for the role."),
    404: ("NOT_FOUND", "There is nothing here. Check the address."),
    500: ("SERVER_ERROR", "Something broke on our side. It is logged; try again in a minute."),
}


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _json(request, 400) or _page(request, 400)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    _log(request, MESSAGES[403][0])
    return _json(request, 403) or _page(request, 403)


def handler404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Also the view behind the last URL under /api/, so that a 404 is JSON while DEBUG is on."""
    return _json(request, 404) or _page(request, 404)


def handler500(request: HttpRequest) -> HttpResponse:
    """Drawn without the request: what broke may break the page's frame as well."""
    return _json(request, 500) or HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token: from another site, or from a page open for too long."""
    _log(request, "CSRF_FAILED")
    return _json(request, 403) or _page(request, 403, template="403_csrf.html")


def _json(request: HttpRequest, status: int) -> HttpResponse | None:
    if not request.path.startswith(JSON_PATHS):
        return None
    return JsonResponse(error_body(*MESSAGES[status]), status=status)


def _page(request: HttpRequest, status: int, template: str = "") -> HttpResponse:
    return render(request, template or f"{status}.html", status=status)


def _log(request: HttpRequest, code: str) -> None:
    user = getattr(request, "user", None)  # refused before anybody asked who it is
    log_refusal(
        request,
        kind="access.refused",
        text=f"{request.method} {request.path} refused",
        actor=(user.get_username() if user else "") or "anonymous",
        code=code,
        now=timezone.now(),
    )
