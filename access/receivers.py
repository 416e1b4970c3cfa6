"""Logins in the log. Django tells of them by signal only, whoever asked: page, admin or API."""

from typing import Any

import structlog
from axes.signals import user_locked_out
from django.contrib.auth.models import AbstractUser, User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django_structlog.signals import bind_extra_request_metadata

from access.addresses import client_address
from access.guesses import note_guess
from access.refusals import log_refusal
from audit.log import log_event


@receiver(bind_extra_request_metadata, dispatch_uid="access.bind_address")
def bind_address(*, request: HttpRequest, **kwargs: Any) -> None:
    """Every line logged for a request names the address limits go by."""
    structlog.contextvars.bind_contextvars(ip=client_address(request))


@receiver(user_logged_in, dispatch_uid="access.log_login")
def log_login(*, request: HttpRequest, user: AbstractUser, **kwargs: Any) -> None:
    _log(request, user, kind="login.ok", text="logged in")


@receiver(user_logged_out, dispatch_uid="access.log_logout")
def log_logout(*, request: HttpRequest, user: AbstractUser | None, **kwargs: Any) -> None:
    if user:
        _log(request, user, kind="login.ended", text="logged out")


@receiver(user_login_failed, dispatch_uid="access.log_failed_login")
def log_failed_login(
    *, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    if request is None:  # tried from a shell, not from outside
        return
    now = timezone.now()
    note_guess(str(credentials.get("username")), now=now)
    log_refusal(
        request,
        kind="login.failed",
        text=f"Login as {_known(credentials.get('username'))} failed",
        actor="anonymous",
        code="LOGIN_FAILED",
        now=now,
    )


@receiver(user_locked_out, dispatch_uid="access.log_lock")
def log_lock(*, request: HttpRequest, username: str | None, **kwargs: Any) -> None:
    log_refusal(
        request,
        kind="login.locked",
        text=f"Login as {_known(username)} locked for this address after too many failures",
        actor="anonymous",
        code="LOCKED_OUT",
        now=timezone.now(),
    )


def _known(name: object) -> str:
    """A user's name; what belongs to nobody is not repeated, for it may be a password."""
    is_known = User.objects.filter(username=str(name)[:150]).exists()
    return str(name) if is_known else "somebody unknown"


def _log(request: HttpRequest, user: AbstractUser, *, kind: str, text: str) -> None:
    name = user.get_username()
    log_event(
        kind,
        at=timezone.now(),
        text=f"{name} {text}",
        actor=name,
        subject=f"user:{user.pk}",
        payload={"address": client_address(request), "path": request.path},
    )
