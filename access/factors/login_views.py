"""The second step of signing in, and signing in with a passkey alone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from access.backends import too_many
from access.factors.forms import TOO_MANY, WRONG_PASSKEY, ProofForm
from access.factors.passkeys import options_to_sign_in, passkey_in, read_answer, why_no_passkeys
from access.factors.reading import factors_of
from access.factors.signing_in import finish_login, held_login
from access.refusals import log_refusal


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def login_code(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of whoever knew the password, then sign them in."""
    now = timezone.now()
    held = held_login(request, now=now)
    if held is None:
        return redirect("login")
    factors, typed = factors_of(held.user), request.POST or None
    form = ProofForm(typed, request=request, user=held.user, factors=factors)
    if form.is_valid():
        return finish_login(request, held.user, target=held.target, now=now)
    context = {"form": form, "factors": factors, "no_passkeys": why_no_passkeys(request)}
    if factors.passkeys and not context["no_passkeys"]:
        context["options"] = options_to_sign_in(held.user)
    return render(request, "access/login_code.html", context)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def login_passkey(request: HttpRequest) -> HttpResponse:
    """GET: what the browser asks a passkey. POST: its answer signs its owner in."""
    now = timezone.now()
    if too_many(request, now=now):
        return _refuse(request, TOO_MANY)
    if request.method == "GET":
        return JsonResponse(options_to_sign_in())
    answer = read_answer(request.POST.get("credential", ""))
    passkey = passkey_in(answer, now=now)
    if passkey is None:
        _log(request)
        return _refuse(request, WRONG_PASSKEY)
    return finish_login(request, passkey.user, target=request.POST.get("next", ""), now=now)


def _refuse(request: HttpRequest, why: str) -> HttpResponse:
    messages.error(request, why)
    return redirect("login")


def _log(request: HttpRequest) -> None:
    text, now = "A passkey was refused at the login", timezone.now()
    log_refusal(
        request, kind="mfa.failed", text=text, actor="anonymous", code="MFA_FAILED", now=now
    )
