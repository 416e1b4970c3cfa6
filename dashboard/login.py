"""Signing in: who he is, then the page he asked for; too many tries and the door waits."""

from collections.abc import Mapping
from typing import Any

from axes.helpers import get_cool_off
from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from access.factors.passkeys import why_no_passkeys
from access.factors.reading import has_factor
from access.factors.signing_in import finish_login, hold_login
from access.roles import RUN_DESK, RoleMissing


class LoginForm(AuthenticationForm):
    """User name and password, with errors that say what to do."""

    error_messages = {
        "invalid_login": "User name and password do not match. Mind capital letters.",
        "inactive": "This account is switched off. Ask an admin.",
    }
    username = forms.CharField(
        label="User name",
        max_length=150,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")  # no PUT
class Login(LoginView):
    """The one login, for pages and admin alike."""

    template_name = "dashboard/login.html"
    form_class = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Signed in, or on to the second factor of somebody who has one."""
        request, user, now = self.request, form.get_user(), timezone.now()
        if has_factor(user):
            hold_login(request, user, target=self.get_success_url(), now=now)
            return redirect("login-code")
        return finish_login(request, user, target=self.get_success_url(), now=now)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(no_passkeys=why_no_passkeys(self.request), **more)


def admin_login(request: HttpRequest, extra_context: Any = None) -> HttpResponseRedirect:
    """What the admin shows in place of a login of its own."""
    if request.user.is_authenticated:
        raise RoleMissing(RUN_DESK)
    target = request.GET.get("next", request.get_full_path())
    return redirect(f"/login/?{urlencode({'next': target})}")


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: Mapping[str, str] | None
) -> HttpResponse:
    """The answer to one try too many, with how long to wait (named in AXES_LOCKOUT_CALLABLE)."""
    cool_off = get_cool_off(request)
    minutes = max(1, round(cool_off.total_seconds() / 60)) if cool_off else 0
    text = f"Too many wrong passwords. Wait {minutes} minutes, then try again, or ask an admin."
    if request.path.startswith("/api/"):
        error = {"code": "LOCKED_OUT", "message": text, "details": {"wait_minutes": minutes}}
        return JsonResponse({"error": error}, status=429, headers={"Retry-After": minutes * 60})
    form = LoginForm(request, initial={"username": request.POST.get("username", "")})
    context = {"form": form, "locked": text, "next": request.POST.get("next", "")}
    context["no_passkeys"] = why_no_passkeys(request)
    page = render(request, "dashboard/login.html", context, status=429)
    page.headers["Retry-After"] = str(minutes * 60)
    return page
