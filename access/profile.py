"""Somebody's own page: time zone, theme, password, second factors, and where they are signed in."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from access.factors.passkeys import why_no_passkeys
from access.factors.reading import factors_of
from access.forms import PasswordForm, PreferencesForm
from access.fragments import frame_for
from access.pages import viewer_required
from access.passwords import change_password
from access.preferences import carry, profile_of, save_profile
from access.refresh_tokens import revoke_token, revoke_tokens_of, token_page
from access.roles import role_of
from access.zones import zone_names


@require_http_methods(["GET", "POST"])
@viewer_required
def profile_page(request: HttpRequest) -> HttpResponse:
    """Show the profile; keep how the pages should look."""
    form = PreferencesForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, **({"preferences": form} if form.is_bound else {}))
    profile = save_profile(_user(request), **form.cleaned_data)
    messages.success(request, "Saved. Every page follows, in any browser you sign in with.")
    response = redirect("profile")
    carry(profile, request, response)
    return response


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@viewer_required
def password_view(request: HttpRequest) -> HttpResponse:
    """A new password; this browser stays signed in, everything else is signed out."""
    user = _user(request)
    form = PasswordForm(user, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, password=form)
    change_password(user, form.cleaned_data["new_password1"], now=timezone.now())
    update_session_auth_hash(request, user)
    messages.success(request, "The password is changed. Other browsers and scripts are signed out.")
    return redirect("profile")


@require_http_methods(["GET", "POST"])
@viewer_required
def revoke_own_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Ask, then end one refresh token of whoever looks."""
    user = _user(request)
    if request.method == "POST":
        name, now = user.get_username(), timezone.now()
        was_active = revoke_token(token_id, by=name, now=now, owner=user)
        _say(request, "The token is revoked." if was_active else "It did not work any more.")
        return redirect("profile")
    return _ask(request, what="this refresh token")


@require_http_methods(["GET", "POST"])
@viewer_required
def revoke_own_tokens(request: HttpRequest) -> HttpResponse:
    """Ask, then end all refresh tokens of whoever looks."""
    if request.method == "POST":
        user = _user(request)
        count = revoke_tokens_of(user, by=user.get_username(), now=timezone.now())
        _say(request, f"Refresh tokens revoked: {count}.")
        return redirect("profile")
    return _ask(request, what="all your refresh tokens")


def _page(request: HttpRequest, **forms: Any) -> HttpResponse:
    """The profile with the forms that came back with errors, if any."""
    user = _user(request)
    profile = profile_of(user)
    kept = {"time_zone": profile.time_zone, "theme": profile.theme}
    context = {
        "preferences": PreferencesForm(initial=kept),
        "password": PasswordForm(user),
        **forms,
        "own_role": role_of(user),
        "zones": zone_names(),
        "factors": factors_of(user),
        "no_passkeys": why_no_passkeys(request),
        "page": token_page(now=timezone.now(), user=user),
    }
    return render(request, "access/profile.html", context)


def _ask(request: HttpRequest, *, what: str) -> HttpResponse:
    context = {"frame": frame_for(request), "what": what, "back": "profile"}
    return render(request, "access/revoke_token.html", context)


def _say(request: HttpRequest, text: str) -> None:
    messages.info(request, text)


def _user(request: HttpRequest) -> User:
    """Who looks; `viewer_required` let nobody else in."""
    return cast(User, request.user)
