"""Six digits of an app, or a recovery code: each good once, and not to be guessed."""

from datetime import datetime

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.fernet import InvalidToken
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.http import HttpRequest

from access.addresses import counted_address
from access.counters import count
from access.factors.reading import Kind
from access.guesses import is_own_address
from access.refusals import log_refusal
from access.sealing import unseal
from audit.log import log_event

STEP = 30  # seconds for which an app shows one code (RFC 6238)
DRIFT = 1  # steps by which a phone's clock may be off
TRIES = 10  # for one person in a quarter of an hour: of strangers together, of each own address
QUARTER = 900  # seconds


class TooManyCodes(Exception):
    """This person's codes were tried too often; the next quarter of an hour begins anew."""


def step_shown(secret: str, typed: str, *, now: datetime, after: int = 0) -> int | None:
    """The step whose code `typed` is, later than step `after`; None for a wrong or old one."""
    here = int(now.timestamp()) // STEP
    for step in range(max(here - DRIFT, after + 1), here + DRIFT + 1):
        if compare_user_code(actual=typed, expected=format_hotp_value(hotp_value(secret, step))):
            return step
    return None


def spend_code(user: AbstractUser, typed: str, *, request: HttpRequest, now: datetime) -> bool:
    """Whether `typed` is a code of `user`; it is none from now on. A wrong one is an event."""
    if count(_counter(user, request, now=now), now=now, window=QUARTER) > TRIES:
        raise TooManyCodes
    try:
        if _spend_app_code(user, typed, now=now) or _spend_recovery_code(user, typed, now=now):
            return True
    except InvalidToken:  # sealed with another FIELD_ENCRYPTION_KEY: no code fits any more
        pass
    log_failure(user, "code", request=request, now=now)
    return False


def _counter(user: AbstractUser, request: HttpRequest, *, now: datetime) -> str:
    """Who knows a password and tries codes from elsewhere must not shut its owner out."""
    if is_own_address(user.get_username(), request, now=now):
        return f"codes:{user.pk}:{counted_address(request)}"
    return f"codes:{user.pk}"


def log_failure(user: AbstractUser, what: str, *, request: HttpRequest, now: datetime) -> None:
    """Record that somebody who claims to be `user` failed to prove it."""
    name = user.get_username()
    text = f"A wrong {what} was given for {name}"
    log_refusal(request, kind="mfa.failed", text=text, actor=name, code="MFA_FAILED", now=now)


@transaction.atomic
def _spend_app_code(user: AbstractUser, typed: str, *, now: datetime) -> bool:
    rows = Authenticator.objects.select_for_update()
    row = rows.filter(user_id=user.pk, type=Kind.TOTP).first()
    if row is None:
        return False
    last: int = row.data.get("last_step", 0)
    step = step_shown(unseal(row.data["secret"]), typed, now=now, after=last)
    if step is None:
        return False
    row.data["last_step"], row.last_used_at = step, now
    row.save(update_fields=["data", "last_used_at"])
    return True


@transaction.atomic
def _spend_recovery_code(user: AbstractUser, typed: str, *, now: datetime) -> bool:
    row = Authenticator.objects.filter(user_id=user.pk, type=Kind.RECOVERY_CODES).first()
    if row is None or not row.wrap().validate_code(typed):
        return False
    Authenticator.objects.filter(pk=row.pk).update(last_used_at=now)
    name = user.get_username()
    text, subject = f"{name} used a recovery code", f"user:{user.pk}"
    log_event("mfa.code_used", at=now, text=text, actor=name, subject=subject)
    return True
