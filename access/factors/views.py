"""Somebody's own second factors: added, renamed and removed."""

from base64 import b64encode
from typing import cast

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from access.factors.code_views import show_codes
from access.factors.confirming import confirm, confirmation_required
from access.factors.forms import AppForm, NewPasskeyForm, PasskeyNameForm, ProofForm
from access.factors.passkeys import options_to_add, options_to_sign_in, why_no_passkeys
from access.factors.reading import Factor, factors_of
from access.factors.signing_in import safe_target
from access.factors.store import add_app, add_passkey, remove_factor, rename_passkey
from access.pages import viewer_required
from access.sealing import seal, unseal
from access.sessions import end_logins_of

SECRET = "new_app_secret"  # noqa: S105  session: sealed, until the app has shown its first code


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
@viewer_required
def confirm_view(request: HttpRequest) -> HttpResponse:
    """Ask who is there, then go on to what was asked for."""
    user, target = _user(request), request.POST.get("next") or request.GET.get("next", "")
    factors = factors_of(user)
    form = ProofForm(request.POST or None, request=request, user=user, factors=factors)
    if form.is_valid():
        confirm(request, now=timezone.now())
        return redirect(safe_target(request, target))
    context = {"form": form, "factors": factors, "next": target}
    if factors.passkeys and not why_no_passkeys(request):
        context["options"] = options_to_sign_in(user)
    return render(request, "access/confirm.html", context)


@sensitive_post_parameters()
@sensitive_variables()
@never_cache
@require_http_methods(["GET", "POST"])
@viewer_required
@confirmation_required
def add_app_view(request: HttpRequest) -> HttpResponse:
    """Show a new secret to an app; keep it once the app shows the right code."""
    user = _user(request)
    if factors_of(user).app:
        return redirect("profile")
    secret = _secret(request)
    form = AppForm(request.POST if request.method == "POST" else None, secret=secret)
    if form.is_valid():
        made_codes = add_app(user, secret, step=form.step, now=timezone.now())
        del request.session[SECRET]
        return _added(request, "The authenticator app is added.", made_codes)
    link = get_adapter().build_totp_url(user, secret)
    picture = b64encode(get_adapter().build_totp_svg(link).encode()).decode()
    context = {"form": form, "secret": secret, "link": link, "picture": picture}
    return render(request, "access/app_add.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@viewer_required
@confirmation_required
def add_passkey_view(request: HttpRequest) -> HttpResponse:
    """Have the browser make a passkey, and keep its public half."""
    user = _user(request)
    initial = {"name": f"Passkey {len(factors_of(user).passkeys) + 1}"}
    form = NewPasskeyForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        name, credential = form.cleaned_data["name"], form.cleaned_data["credential"]
        made_codes = add_passkey(user, name, credential, now=timezone.now())
        return _added(request, f"The passkey {name} is added.", made_codes)
    why_not = why_no_passkeys(request)
    options = None if why_not else options_to_add(user)
    context = {"form": form, "why_not": why_not, "options": options}
    return render(request, "access/passkey_add.html", context)


@require_http_methods(["GET", "POST"])
@viewer_required
@confirmation_required
def rename_passkey_view(request: HttpRequest, factor_id: int) -> HttpResponse:
    """Another name for one passkey of whoever looks."""
    factor = _own(request, factor_id)
    if not factor.is_passkey:
        raise Http404
    typed = request.POST if request.method == "POST" else None
    form = PasskeyNameForm(typed, initial={"name": factor.name})
    if form.is_valid():
        rename_passkey(_user(request), factor, form.cleaned_data["name"], now=timezone.now())
        return redirect("profile")
    return render(request, "access/passkey_rename.html", {"form": form, "factor": factor})


@require_http_methods(["GET", "POST"])
@viewer_required
@confirmation_required
def remove_factor_view(request: HttpRequest, factor_id: int) -> HttpResponse:
    """Ask, then remove one factor of whoever looks."""
    factor, user = _own(request, factor_id), _user(request)
    if request.method == "POST":
        remove_factor(user, factor, by=user.get_username(), now=timezone.now())
        messages.success(request, f"{factor.name} is removed.")
        return redirect("profile")
    is_last = len(factors_of(user).all) == 1
    return render(request, "access/factor_remove.html", {"factor": factor, "is_last": is_last})


def _secret(request: HttpRequest) -> str:
    """The secret offered in this session; a new one for each visit, the same while typing."""
    if request.method == "GET" or SECRET not in request.session:
        request.session[SECRET] = seal(generate_totp_secret())
    return unseal(request.session[SECRET])


def _added(request: HttpRequest, text: str, made_codes: bool) -> HttpResponse:
    messages.success(request, text)
    if not made_codes:
        return redirect("profile")
    user, here = _user(request), request.session.session_key
    end_logins_of(user, by=user.get_username(), now=timezone.now(), but=here)
    return show_codes(request)


def _own(request: HttpRequest, factor_id: int) -> Factor:
    """A factor of whoever looks; 404 for anybody else's."""
    found = [factor for factor in factors_of(_user(request)).all if factor.id == factor_id]
    if not found:
        raise Http404
    return found[0]


def _user(request: HttpRequest) -> User:
    """Who looks; `viewer_required` let nobody else in."""
    return cast(User, request.user)
