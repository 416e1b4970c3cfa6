"""Second factors added, renamed and removed; each change is an event."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import AbstractUser, User
from django.db import transaction

from access.factors.reading import PROVING, Factor, Kind, factors_of
from access.sealing import seal
from access.sessions import end_logins_of
from audit.log import log_event

APP = "an authenticator app"


@transaction.atomic
def add_app(user: AbstractUser, secret: str, *, step: int, now: datetime) -> bool:
    """Keep the app's `secret`, whose code of `step` is spent; whether recovery codes were made.

    There is one app at a time: of two added at once, the later.
    """
    User.objects.select_for_update().get(pk=user.pk)
    Authenticator.objects.filter(user_id=user.pk, type=Kind.TOTP).delete()
    kept = {"secret": seal(secret), "last_step": step}
    return _add(user, Kind.TOTP, kept, APP, now=now)


@transaction.atomic
def add_passkey(user: AbstractUser, name: str, credential: Any, *, now: datetime) -> bool:
    """Keep the public half of a passkey; whether recovery codes were made with it."""
    kept = {"name": name, "credential": credential}
    return _add(user, Kind.WEBAUTHN, kept, f"the passkey {name}", now=now)


@transaction.atomic
def rename_passkey(user: AbstractUser, factor: Factor, name: str, *, now: datetime) -> None:
    """Call the passkey `name` from now on."""
    row = Authenticator.objects.select_for_update().get(pk=factor.id, user_id=user.pk)
    row.data["name"] = name
    row.save(update_fields=["data"])
    text = f"{user.get_username()} renamed the passkey {factor.name} to {name}"
    _log("mfa.renamed", user, text, by=user.get_username(), now=now)


@transaction.atomic
def remove_factor(user: AbstractUser, factor: Factor, *, by: str, now: datetime) -> None:
    """Forget one factor, and with the last one the recovery codes."""
    Authenticator.objects.filter(pk=factor.id, user_id=user.pk).delete()
    rows = Authenticator.objects.filter(user_id=user.pk)
    if not rows.filter(type__in=PROVING).exists():
        rows.delete()
    what = f"the passkey {factor.name}" if factor.is_passkey else APP
    text = f"{by} removed {what} of {user.get_username()}"
    _log("mfa.removed", user, text, by=by, now=now)


@transaction.atomic
def remove_all_factors(user: AbstractUser, *, by: str, now: datetime) -> int:
    """How many factors `user` had; none is left, and nobody is signed in with them any more."""
    factors = factors_of(user).all
    for factor in factors:
        remove_factor(user, factor, by=by, now=now)
    if factors:
        end_logins_of(user, by=by, now=now)
    return len(factors)


@transaction.atomic
def make_codes(user: AbstractUser, *, now: datetime) -> None:
    """New recovery codes; the old ones work no more."""
    User.objects.select_for_update().get(pk=user.pk)  # two at once would both add a row
    Authenticator.objects.filter(user_id=user.pk, type=Kind.RECOVERY_CODES).delete()
    RecoveryCodes.activate(user)
    name = user.get_username()
    _log("mfa.codes_made", user, f"{name} made new recovery codes", by=name, now=now)


def unused_codes(user: AbstractUser) -> list[str]:
    """The recovery codes that still work."""
    row = Authenticator.objects.filter(user_id=user.pk, type=Kind.RECOVERY_CODES).first()
    return list(row.wrap().get_unused_codes()) if row else []


def _add(user: AbstractUser, kind: str, kept: Any, what: str, *, now: datetime) -> bool:
    name = user.get_username()
    Authenticator.objects.create(user_id=user.pk, type=kind, data=kept, created_at=now)
    _log("mfa.added", user, f"{name} added {what}", by=name, now=now)
    rows = Authenticator.objects.filter(user_id=user.pk, type=Kind.RECOVERY_CODES)
    if rows.exists():
        return False
    make_codes(user, now=now)
    return True


def _log(kind: str, user: AbstractUser, text: str, *, by: str, now: datetime) -> None:
    log_event(kind, at=now, text=text, actor=by, subject=f"user:{user.pk}")
