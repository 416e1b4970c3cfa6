"""REQUIRE_MFA: who runs the desk reaches nothing before there is a second factor."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from rest_framework.exceptions import PermissionDenied

from access.factors.reading import owes_factor

# Where one sets it up, and what needs no rights
OPEN_PAGES = {
    *("login", "login-code", "login-passkey", "logout", "theme"),
    *("profile", "password", "revoke-own-token", "revoke-own-tokens", "confirm"),
    *("app-add", "passkey-add", "passkey-rename", "factor-remove"),
    *("recovery-codes", "recovery-codes-file"),
}
MESSAGE = (
    "This desk asks a second factor of everybody who runs it. Open {profile} and add an "
    "authenticator app or a passkey."
)


class FactorDuty:
    """Middleware for pages; the API is guarded where it learns who calls (`demand_factor`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponseBase | None:
        if not settings.REQUIRE_MFA or request.path.startswith("/api/"):
            return None
        match = request.resolver_match
        if (match and match.view_name in OPEN_PAGES) or not owes_factor(request.user):
            return None
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=403, headers={"HX-Redirect": resolve_url("profile")})
        return redirect("profile")


def demand_factor(user: AbstractBaseUser | AnonymousUser) -> None:
    """Refuse `user` who owes a second factor: 403 MFA_REQUIRED."""
    if owes_factor(user):
        profile = f"{settings.PUBLIC_BASE_URL}/profile/"
        raise PermissionDenied(MESSAGE.format(profile=profile), code="mfa_required")
