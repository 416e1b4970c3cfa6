"""Passkeys (WebAuthn): what the browser is asked, and whether its answer is right.

allauth keeps the challenge in the session and checks the answer with python-fido2. Each passkey
must have verified its owner (PIN, finger, face), so one alone is two factors.
"""

import struct
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.request import split_domain_port

from access.parsers import strict_json

# What the libraries raise at an answer that is wrong, forged or no answer at all
FAULTS = (
    *(ValidationError, ValueError, TypeError, LookupError, AttributeError, struct.error),
    *(InvalidSignature, UnsupportedAlgorithm),
)
LONGEST = 20_000  # characters of an answer; one with its maker's certificate has about 5,000
NEEDS_NAME = (
    "Passkeys belong to a name, not to a number such as {host}: open the desk by its name{example}."
)
NEEDS_HTTPS = "Passkeys need https: browsers offer none on a page that came over plain http."


def why_no_passkeys(request: HttpRequest) -> str:
    """Why browsers offer no passkeys at this address, in a sentence; "" where they do."""
    host, port = split_domain_port(request.get_host())
    if _is_number(host):
        local = f", as in http://localhost{f':{port}' if port else ''}"
        example = local if host in ("127.0.0.1", "[::1]") else ""
        return NEEDS_NAME.format(host=host, example=example)
    is_local = host == "localhost" or host.endswith(".localhost")
    return "" if is_local or request.is_secure() else NEEDS_HTTPS


def options_to_add(user: AbstractUser) -> dict[str, Any]:
    """What `navigator.credentials.create` is given."""
    return dict(auth.begin_registration(user, True))


def options_to_sign_in(user: AbstractUser | None = None) -> dict[str, Any]:
    """What `navigator.credentials.get` is given; without `user`, whoever the passkey knows."""
    return dict(auth.begin_authentication(user))


def read_answer(text: str) -> Any:
    """What the browser says its passkey answered; None when that cannot be read, or be stored."""
    if len(text) > LONGEST or r"\u0000" in text:
        return None
    try:
        return strict_json(text)
    except (ValueError, RecursionError):
        return None


def is_new_passkey(answer: Any) -> bool:
    """Whether `answer` is a passkey just made for the challenge in the session."""
    try:
        auth.parse_registration_response(answer)
        auth.complete_registration(answer)
    except FAULTS:
        return False
    return True


def passkey_in(
    answer: Any, *, now: datetime, user: AbstractUser | None = None
) -> Authenticator | None:
    """The passkey that signed the challenge in the session; None if it is none of `user`.

    Without `user` it may be anybody's who is let in at all.
    """
    try:
        auth.parse_authentication_response(answer)
        owner = user or auth.extract_user_from_response(answer)
        found: Authenticator = auth.complete_authentication(owner, answer)
    except FAULTS:
        return None
    finally:
        auth.clear_state()  # a challenge is for one try
    Authenticator.objects.filter(pk=found.pk).update(last_used_at=now)
    return found if found.user.is_active else None


def _is_number(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
