"""Signing in by two steps: between them the session knows a name, and nobody is signed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from access.factors.confirming import confirm
from access.preferences import carry, profile_of

HELD = "held_login"  # session: whose password was right, when, and where to go then
HELD_FOR = timedelta(minutes=10)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class HeldLogin:
    """Somebody whose password was right and whose second factor is still to come."""

    user: User
    target: str


def hold_login(request: HttpRequest, user: User, *, target: str, now: datetime) -> None:
    """Remember that the password of `user` was right."""
    request.session.cycle_key()
    request.session[HELD] = {
        "user": user.pk,
        "password": user.get_session_auth_hash(),
        "target": target,
        "at": now.timestamp(),
    }


def held_login(request: HttpRequest, *, now: datetime) -> HeldLogin | None:
    """Who is to prove a second factor here; None after ten minutes, or with another password."""
    held = request.session.get(HELD)
    if held is None or now.timestamp() - held["at"] > HELD_FOR.total_seconds():
        return None
    user = User.objects.filter(pk=held["user"], is_active=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), held["password"]):
        return None
    return HeldLogin(user, held["target"])


def finish_login(
    request: HttpRequest, user: User, *, target: str = "", now: datetime
) -> HttpResponse:
    """Sign `user` in, whose factors are all proven, and show the pages as the profile says."""
    request.session.pop(HELD, None)
    login(request, user, backend=BACKEND)
    confirm(request, now=now)
    response = redirect(safe_target(request, target))
    carry(profile_of(user), request, response)
    return response


def safe_target(request: HttpRequest, target: str) -> str:
    """`target` if it is a page of this desk, else the Overview."""
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(target, hosts, require_https=request.is_secure())
    return target if is_ours and target.startswith("/") else resolve_url("overview")
