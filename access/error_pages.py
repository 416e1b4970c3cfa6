"""What Django itself refuses, outside any API view: JSON for scripts, else a page.

`forexsignals/urls.py` names the handlers, the setting CSRF_FAILURE_VIEW names `csrf_failure`.
"""

from typing import Any

import structlog
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone

from access.errors import NOTHING_HERE, error_body
from access.refusals import log_refusal
from access.roles import RoleMissing, role_of

JSON_PATHS = ("/api/", "/webhooks/", "/ws/", "/metrics/")
SERVER_ERROR = 500
MESSAGES = {
    400: ("BAD_REQUEST", "The request cannot be read."),
    403: ("PERMISSION_DENIED", "You may not do this. Ask an admin of the desk for the role."),
    404: ("NOT_FOUND", NOTHING_HERE),
    SERVER_ERROR: (
        "SERVER_ERROR",
        "Something broke on our side and is logged. Try again.",
    ),
}
HOST_MESSAGE = (
    "This desk does not know the address you opened. Whoever runs it can add the host name to "
    "ALLOWED_HOSTS in .env and start it again."
)
CSRF_MESSAGE = (
    "It was open for too long, you signed in or out meanwhile, or the browser keeps no cookies. "
    "Nothing was changed. Open the page again and repeat what you typed."
)


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    code, message = MESSAGES[400]
    is_other_host = isinstance(exception, DisallowedHost)
    return _answer(request, 400, code, HOST_MESSAGE if is_other_host else message)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    code, message = MESSAGES[403]
    _log(request, code)
    if isinstance(exception, RoleMissing):
        message = _why(request, exception)
    return _answer(request, 403, code, message, heading="You may not do this")


def handler404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Also the view behind the last URL under /api/, so that a 404 is JSON while DEBUG is on."""
    return _answer(request, 404, *MESSAGES[404])


def handler500(request: HttpRequest) -> HttpResponse:
    """Drawn without the request: what broke may break the page's frame as well."""
    reference = structlog.contextvars.get_contextvars().get("request_id", "")
    return _answer(request, SERVER_ERROR, *MESSAGES[SERVER_ERROR], reference=reference)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token: from another site, or from a page open for too long."""
    _log(request, "CSRF_FAILED")
    heading = "This form is no longer good"
    return _answer(request, 403, "CSRF_FAILED", CSRF_MESSAGE, heading=heading, is_form=True)


def _why(request: HttpRequest, missing: RoleMissing) -> str:
    """Which role the page asks for, and which one this person has."""
    role = role_of(request.user)
    who = f"You are signed in as {request.user.get_username()}"
    has = f"{who}, a {role}." if role else f"{who} and have no role on this desk yet."
    return f"This needs the role {missing.needed}. {has} An admin can give it to you."


def _answer(
    request: HttpRequest, status: int, code: str, message: str, **shown: Any
) -> HttpResponse:
    if f"{request.path}/".startswith(JSON_PATHS):
        return JsonResponse(error_body(code, message), status=status)
    frame = None if status == SERVER_ERROR else request
    page = render_to_string(f"{status}.html", {"message": message, **shown}, request=frame)
    return HttpResponse(page, status=status)


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
