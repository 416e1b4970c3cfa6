"""How the API learns who calls: a key of a script, a token of a person, or a page's session.

A key comes as `Authorization: Api-Key <key>` or `X-Api-Key: <key>`.
"""

import re
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.settings import api_settings

from access.factors.duty import demand_factor
from access.keys import touch_key
from access.models import ApiKey

KEY_FORM = re.compile(r"[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}", re.ASCII)
ID_FORM = re.compile(r"[0-9]{1,18}")
REFUSED = "This API key is not valid. Ask an admin of the desk for a new one."


class KeyPrincipal(AnonymousUser):
    """What a request with a key has as `user`: nobody's account, only the key's scopes."""

    def __init__(self, key: ApiKey) -> None:
        super().__init__()
        self.username = key.actor  # type: ignore[assignment]
        self.scopes = frozenset(key.scopes)

    def __str__(self) -> str:
        return self.username


class ApiKeyAuthentication(BaseAuthentication):
    """`request.auth` is the `ApiKey`; wrong, revoked and expired keys get the same answer."""

    def authenticate(self, request: Request) -> tuple[KeyPrincipal, ApiKey] | None:
        text = _key_text(request)
        if text is None:
            return None
        key = _usable_key(text)
        if key is None:
            raise AuthenticationFailed(REFUSED, code="key_not_valid")
        touch_key(key, now=timezone.now())
        return KeyPrincipal(key), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api", Api-Key realm="api"'


class PersonTokenAuthentication(JWTAuthentication):
    """`Authorization: Bearer <access token>`, of nobody who owes a second factor."""

    def get_user(self, validated_token: Any) -> Any:
        if not ID_FORM.fullmatch(str(validated_token.get(api_settings.USER_ID_CLAIM))):
            raise InvalidToken
        user = super().get_user(validated_token)
        demand_factor(user)
        return user


class PageSessionAuthentication(SessionAuthentication):
    """The session of the pages, of nobody who owes a second factor."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        found = super().authenticate(request)
        if found:
            demand_factor(found[0])
        return found


def _key_text(request: Request) -> str | None:
    """The key as sent; None when the request carries none."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "api-key":
        return text.strip()
    return request.headers.get("X-Api-Key")


def _usable_key(text: str) -> ApiKey | None:
    if not KEY_FORM.fullmatch(text):
        return None
    key: ApiKey | None = ApiKey.objects.filter(prefix=text.partition(".")[0], revoked=False).first()
    if key is None or not key.is_valid(text) or key.has_expired:
        return None
    return key
