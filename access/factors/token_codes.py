"""A token is not the way round the second factor: the code that goes with the password."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from rest_framework.exceptions import AuthenticationFailed, Throttled

from access.counters import seconds_left
from access.errors import DeskError
from access.factors.codes import QUARTER, TooManyCodes, spend_code
from access.factors.duty import demand_factor
from access.factors.reading import factors_of

CODE_NEEDED = (
    "This account has a second factor: send `code` as well, the digits its authenticator app shows "
    "or a recovery code."
)
CODE_WRONG = "This code is not right, or was used before. Send the next one the app shows."
PASSKEY_ONLY = (
    "This account has only passkeys, which a script cannot use. Use an API key, or add an "
    "authenticator app in the profile."
)


def demand_code(user: User, code: str, *, request: Any, now: datetime) -> None:
    """Refuse a password alone of somebody who has, or owes, a second factor."""
    demand_factor(user)
    factors = factors_of(user)
    if not factors:
        return
    if factors.app is None:
        raise DeskError("MFA_PASSKEY_ONLY", PASSKEY_ONLY, status=403)
    if not code:
        raise AuthenticationFailed(CODE_NEEDED, code="mfa_code_needed")
    try:
        is_right = spend_code(user, code, request=request, now=now)
    except TooManyCodes:
        wait = seconds_left(now=now, window=QUARTER)
        raise Throttled(wait=wait, code="too_many_codes") from None
    if not is_right:
        raise AuthenticationFailed(CODE_WRONG, code="mfa_code_wrong")
