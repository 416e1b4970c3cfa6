"""One error shape: `{"error": {"code": "...", "message": "...", "details": {...}}}`."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as ModelRefusal
from django.http import Http404
from django.utils import timezone
from rest_framework import status as http
from rest_framework.exceptions import (
    APIException,
    MethodNotAllowed,
    NotFound,
    Throttled,
    ValidationError,
)
from rest_framework.exceptions import PermissionDenied as NotPermitted
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from access.plain_words import in_plain_words
from access.refusals import log_refusal

# What the libraries say in their own language
IN_PLAIN_WORDS = {
    "NOT_AUTHENTICATED": "Sign in first: send a token or an API key, or log in on the page.",
    "TOKEN_NOT_VALID": "This token is not valid, or no longer: get a new one at /api/auth/token.",
    "AUTHENTICATION_FAILED": "Write `Authorization: Bearer <token>`, one space between.",
    "NOT_ACCEPTABLE": "Accept asks for a form this is not answered in: leave that header out.",
    "UNSUPPORTED_MEDIA_TYPE": "Send JSON, with the header Content-Type: application/json.",
    "CSRF_FAILED": "Send X-CSRFToken with the value of the cookie csrftoken, or a token or a key.",
}
NOTHING_HERE = "There is nothing here. Check the address."
REFUSALS = (http.HTTP_401_UNAUTHORIZED, http.HTTP_403_FORBIDDEN)


class DeskError(APIException):
    """A refusal with a code of its own: `DeskError("NO_SIGNAL", "No signal yet.", status=404)`."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = http.HTTP_400_BAD_REQUEST,
        details: Mapping[str, Any] | None = None,
        wait: float | None = None,
    ) -> None:
        super().__init__(detail=message, code=code)
        self.status_code = status
        self.code, self.message, self.details = code, message, dict(details or {})
        self.wait = wait  # seconds; REST framework says it in Retry-After


class BodyTooLarge(APIException):
    """More than DATA_UPLOAD_MAX_MEMORY_SIZE bytes."""

    status_code = http.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"
    default_detail = "The body is too large: send it in smaller pieces."


def error_body(code: str, message: str, details: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The body of every answer that is not 2xx."""
    return {"error": {"code": code, "message": message, "details": dict(details or {})}}


def not_here(method: str | None) -> str:
    """What to do about a method that an address does not have."""
    return f"{method} does not work here. The header Allow names what does."


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to `error`; None for one nobody foresaw, which stays loud (500)."""
    known = _as_api_exception(error)
    response = drf_exception_handler(known, context) if known else None
    if response is None or known is None:
        return None
    request = context["request"]
    request.accepted_renderer, request.accepted_media_type = JSONRenderer(), "application/json"
    response["Cache-Control"] = "no-store"
    response.data = error_body(_code(known), _message(known), _details(known))
    if response.status_code in REFUSALS:
        _log_refusal(request, known)
    return response


def _as_api_exception(error: Exception) -> APIException | None:
    """Django's own 400, 403, 404 and 413 as DRF's; None for what nobody foresaw."""
    if isinstance(error, Http404):
        return NotFound(NOTHING_HERE)
    if isinstance(error, NotPermitted) and str(error.detail).startswith("CSRF Failed"):
        return NotPermitted(code="csrf_failed")  # REST framework has no class of its own for it
    if isinstance(error, PermissionDenied):
        return NotPermitted()
    if isinstance(error, RequestDataTooBig):
        return BodyTooLarge()
    if isinstance(error, ModelRefusal):
        return ValidationError(in_plain_words(_by_field(error)))
    if isinstance(error, ValidationError):
        return ValidationError(in_plain_words(error.detail))
    return error if isinstance(error, APIException) else None


def _by_field(refusal: ModelRefusal) -> dict[str, list[str]]:
    """What a model refused, by field; by `parameters.fast` where the refusal names a setting."""
    if not hasattr(refusal, "error_dict"):
        return {"non_field_errors": refusal.messages}
    found: dict[str, list[str]] = {}
    for field, errors in refusal.error_dict.items():
        name = "non_field_errors" if field == NON_FIELD_ERRORS else field
        for error in errors:
            setting = (error.params or {}).get("setting")
            where = f"{name}.{setting:.50}" if setting else name
            found.setdefault(where, []).extend(error.messages)
    return found


def _code(error: APIException) -> str:
    if isinstance(error, DeskError):
        return error.code
    if isinstance(error, ValidationError):
        return "VALIDATION_ERROR"
    code = error.get_codes()
    while isinstance(code, dict):
        code = code.get("code") or code.get("detail") or error.default_code
    return str(code if isinstance(code, str) else error.default_code).upper()


def _message(error: APIException) -> str:
    if isinstance(error, Throttled):
        return "Too many requests: wait as long as Retry-After says."
    if isinstance(error, MethodNotAllowed):
        return not_here(str(error.detail).partition('"')[2].partition('"')[0])
    if isinstance(error, DeskError):
        return error.message
    return IN_PLAIN_WORDS.get(_code(error)) or _first_text(error.detail)


def _first_text(detail: Any, field: str = "") -> str:
    """The first message inside `detail`, with the name of its field."""
    if isinstance(detail, dict):
        if "detail" in detail:
            return str(detail["detail"])
        name, inner = next(iter(detail.items()), ("", "Invalid."))
        return _first_text(inner, "" if name == "non_field_errors" else str(name))
    if isinstance(detail, list):
        return _first_text(next((item for item in detail if item), "Invalid."), field)
    return f"{field}: {detail}" if field else str(detail)


def _details(error: APIException) -> dict[str, Any]:
    if isinstance(error, DeskError):
        return error.details
    if isinstance(error, ValidationError):
        detail = error.detail
        return dict(detail) if isinstance(detail, dict) else {"errors": detail}
    if isinstance(error, Throttled):
        return {"retry_after_seconds": getattr(error, "wait", None)}
    return {}


def _log_refusal(request: Any, error: APIException) -> None:
    log_refusal(
        request,
        kind="access.refused",
        text=f"{request.method} {request.path} refused: {_message(error)}",
        actor=str(request.user.get_username() or "anonymous") if _known(request) else "anonymous",
        code=_code(error),
        now=timezone.now(),
    )


def _known(request: Any) -> bool:
    """Whether the request got as far as having a user; a wrong key or token does not."""
    return getattr(request, "_user", None) is not None
