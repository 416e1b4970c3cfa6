"""Refresh tokens that still work: whose they are, and how they are taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import jwt
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.utils import get_md5_hash_password

from access.roles import Role
from audit.log import log_event

SHOWN = 50  # tokens on one page


@dataclass(frozen=True)
class ActiveToken:
    """One place where somebody is signed in with a script; never the token itself."""

    id: int
    username: str
    user_id: int
    role: str
    issued_at: datetime | None
    expires_at: datetime


@dataclass(frozen=True)
class TokenPage:
    """The newest tokens first; `older` is where the next page begins, None on the last one."""

    tokens: tuple[ActiveToken, ...]
    older: int | None


def active_rows(*, now: datetime) -> QuerySet[OutstandingToken]:
    """Rows neither expired nor used up nor taken back, of people who may come in."""
    return OutstandingToken.objects.filter(
        expires_at__gt=now, blacklistedtoken=None, user__is_active=True
    )


def token_page(*, now: datetime, user: User | None = None, before: int | None = None) -> TokenPage:
    """Tokens of `user`, or of everybody, issued before the row `before`; two queries."""
    rows = active_rows(now=now).select_related("user").prefetch_related("user__groups")
    rows = rows.filter(user=user) if user else rows
    rows = rows.filter(pk__lt=before) if before else rows
    found = list(rows.order_by("-pk")[: SHOWN + 1])
    older = found[SHOWN - 1].pk if len(found) > SHOWN else None
    return TokenPage(tuple(_shown(row) for row in found[:SHOWN] if _is_current(row)), older)


@transaction.atomic
def revoke_token(token_id: int, *, by: str, now: datetime, owner: User | None = None) -> str | None:
    """The name of whose token it was; None when it works no more, or is not that of `owner`."""
    rows = active_rows(now=now).select_related("user")
    row = (rows.filter(user=owner) if owner else rows).filter(pk=token_id).first()
    if row is None or row.user is None or not blacklist([row.pk]):
        return None
    _log(row.user, 1, by=by, now=now)
    return row.user.get_username()


@transaction.atomic
def revoke_tokens_of(user: User, *, by: str, now: datetime) -> int:
    """How many tokens of `user` worked until now."""
    ids = list(active_rows(now=now).filter(user=user).values_list("pk", flat=True))
    count = blacklist(ids)
    if count:
        _log(user, count, by=by, now=now)
    return count


def blacklist(ids: Sequence[int]) -> int:
    """How many of the rows were not blacklisted yet."""
    known = set(BlacklistedToken.objects.filter(token__in=ids).values_list("token_id", flat=True))
    fresh = [BlacklistedToken(token_id=pk) for pk in ids if pk not in known]
    BlacklistedToken.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _shown(row: OutstandingToken) -> ActiveToken:
    user = row.user
    assert user is not None  # noqa: S101  `active_rows` joins it
    held = {group.name for group in user.groups.all()}
    role = next((role.value for role in Role if role in held), "no role")
    return ActiveToken(row.pk, user.get_username(), user.pk, role, row.created_at, row.expires_at)


def _is_current(row: OutstandingToken) -> bool:
    """Whether it was issued for the password its user has now: a new one ends all before it."""
    claims = jwt.decode(row.token, options={"verify_signature": False, "verify_exp": False})
    assert row.user is not None  # noqa: S101  `active_rows` joins it
    return bool(
        claims.get(api_settings.REVOKE_TOKEN_CLAIM) == get_md5_hash_password(row.user.password)
    )


def _log(user: User, count: int, *, by: str, now: datetime) -> None:
    what = "A refresh token" if count == 1 else f"{count} refresh tokens"
    log_event(
        "token.revoked",
        at=now,
        text=f"{what} of {user.get_username()} revoked",
        actor=by,
        subject=f"user:{user.pk}",
        payload={"count": count},
    )
