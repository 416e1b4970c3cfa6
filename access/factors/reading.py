"""Which second factors a person has, and who must have one."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AbstractUser, AnonymousUser

from access.roles import RUN_DESK

Kind = Authenticator.Type
PROVING = (Kind.TOTP, Kind.WEBAUTHN)  # recovery codes stand in for one of these


@dataclass(frozen=True)
class Factor:
    """One app or passkey; never its secret."""

    id: int
    name: str
    is_passkey: bool
    added_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class Factors:
    """All that one person can prove himself with besides the password."""

    app: Factor | None = None
    passkeys: tuple[Factor, ...] = ()
    codes_left: int | None = None  # None: there are no recovery codes

    def __bool__(self) -> bool:
        return self.app is not None or bool(self.passkeys)

    @property
    def all(self) -> tuple[Factor, ...]:
        return (*((self.app,) if self.app else ()), *self.passkeys)


def factors_of(user: AbstractUser) -> Factors:
    """The factors of `user`, oldest first; one query."""
    rows = list(Authenticator.objects.filter(user_id=user.pk).order_by("pk"))
    shown = {row.pk: _shown(row) for row in rows if row.type in PROVING}
    codes = next((row for row in rows if row.type == Kind.RECOVERY_CODES), None)
    return Factors(
        app=next((factor for factor in shown.values() if not factor.is_passkey), None),
        passkeys=tuple(factor for factor in shown.values() if factor.is_passkey),
        codes_left=_left(codes) if codes else None,
    )


def has_factor(user: AbstractUser) -> bool:
    """Whether the password of `user` alone opens nothing."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=PROVING).exists())


def owes_factor(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether `user` runs the desk without the second factor that REQUIRE_MFA asks for."""
    if not settings.REQUIRE_MFA or not isinstance(user, AbstractUser):
        return False
    return (user.is_staff or user.has_perm(RUN_DESK)) and not has_factor(user)


def _shown(row: Authenticator) -> Factor:
    is_passkey = row.type == Kind.WEBAUTHN
    name = row.data["name"] if is_passkey else "Authenticator app"
    return Factor(row.pk, name, is_passkey, row.created_at, row.last_used_at)


def _left(row: Authenticator) -> int:
    made: int = settings.MFA_RECOVERY_CODE_COUNT
    return made - int(row.data["used_mask"]).bit_count()
