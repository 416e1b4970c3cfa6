"""Tokens that came out of one login: when a used one comes back, somebody has a copy.

RFC 9700 (2025), section 4.14.2: the thief and the owner cannot be told apart, so what was renewed
from that login ends and the owner logs in again. Other logins of the same person go on.
"""

from datetime import datetime, timedelta
from typing import Any, cast

import jwt
from django.contrib.auth.models import User
from django.db import transaction
from rest_framework_simplejwt.exceptions import TokenBackendError
from rest_framework_simplejwt.state import token_backend
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken

from access.refresh_tokens import active_rows, blacklist
from audit.log import log_event

FAMILY = "family"  # the claim: the `jti` of the first token of this login
GRACE = timedelta(seconds=10)  # a client that refreshes twice at once is no thief


def keep_claims(token: RefreshToken) -> None:
    """Store what `token` says but not its signature, so that who reads the row cannot use it."""
    claims = f"{str(token).rpartition('.')[0]}."
    OutstandingToken.objects.filter(jti=token["jti"]).update(token=claims)


@transaction.atomic
def end_family_of(text: str, *, now: datetime) -> int:
    """How many tokens ended because `text`, of the same login, was used up before."""
    family = _family_in(text)
    used = family and _used_up(text)
    if not used or now - used.blacklisted_at < GRACE or used.token.user is None:
        return 0
    rows = active_rows(now=now).filter(user=used.token.user)
    count = blacklist([row.pk for row in rows if _claims(row.token).get(FAMILY) == family])
    if count:
        _log(used.token.user, now=now)
    return count


def _family_in(text: str) -> str:
    """The family of a token we signed and that has not expired; "" of any other."""
    try:
        return str(token_backend.decode(cast(Any, text)).get(FAMILY, ""))
    except TokenBackendError:
        return ""


def _used_up(text: str) -> BlacklistedToken | None:
    rows = BlacklistedToken.objects.select_related("token__user")
    return rows.filter(token__jti=_claims(text).get("jti")).first()


def _claims(text: str) -> dict[str, Any]:
    """What a token says; its signature is checked elsewhere."""
    return jwt.decode(text, options={"verify_signature": False, "verify_exp": False})


def _log(user: User, *, now: datetime) -> None:
    name = user.get_username()
    text = f"A used refresh token of {name} came back: that login has ended"
    log_event("token.reused", at=now, text=text, actor=name, subject=f"user:{user.pk}")
