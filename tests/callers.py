"""Everybody who may knock at the desk: people, scripts, providers, and the refused."""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone
from rest_framework_simplejwt.tokens import AccessToken

from access.models import Scope
from tests.access_matrix import Address, Rule, Who
from tests.builders import make_key, make_user

BROWSER = Client(raise_request_exception=False)  # one for all: building it is half of a request
ROLES = {Who.VIEWER: "viewer", Who.STAFF: "staff", Who.ADMIN: "admin"}


@dataclass(frozen=True)
class Caller:
    """Who asks, and what every request of theirs carries."""

    name: str
    headers: dict[str, str] = field(default_factory=dict)
    role: Who = Who.ANYBODY
    session: str = ""
    scopes: frozenset[str] = frozenset()
    is_refused: bool = False  # shows something that is no longer good
    is_provider: bool = False
    sends: Mapping[str, Any] = field(default_factory=dict)  # by method

    def standing(self, address: Address, rule: Rule, method: str = "get") -> Who:
        """What this caller counts for at `address`."""
        if self.is_provider:
            return Who.SIGNED if address.name.startswith("webhook-") else Who.ANYBODY
        if self.session:
            return self.role
        if not address.is_api:
            return Who.ANYBODY
        return Who.STAFF if rule.scope_for(method) in self.scopes else self.role

    def ask(
        self,
        method: str,
        url: str,
        *,
        sent: Mapping[str, Any] | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> HttpResponseBase:
        """The answer to one request, with other headers or another body if there are any."""
        BROWSER.cookies.clear()
        if self.session:
            BROWSER.cookies[settings.SESSION_COOKIE_NAME] = self.session
        headers = {**self.headers, **(extra or {})}
        sent = self.sends.get(method, {}) if sent is None else sent
        answer: HttpResponseBase = getattr(BROWSER, method)(url, headers=headers, **sent)
        return answer


def make_callers() -> list[Caller]:
    """One of each kind; the first is a stranger."""
    return [Caller("a stranger"), *_people(), *_keys(), _switched_off(), _provider()]


def _people() -> Iterator[Caller]:
    for who, role in ROLES.items():
        user = make_user(f"m-{role}", role)
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        yield Caller(f"{role}'s browser", role=who, session=session)
        yield Caller(f"{role}'s token", _bearer(AccessToken.for_user(user)), role=who)


def _keys() -> Iterator[Caller]:
    for scope in Scope.values:
        yield Caller(f"key {scope}", _key(scope), scopes=frozenset({scope}))
    yesterday = timezone.now() - timedelta(days=1)
    yield Caller("revoked key", _key(*Scope.values, revoked=True), is_refused=True)
    yield Caller("expired key", _key(*Scope.values, expiry_date=yesterday), is_refused=True)


def _switched_off() -> Caller:
    user = make_user("m-gone", "admin")
    headers = _bearer(AccessToken.for_user(user))
    user.is_active = False
    user.save()
    return Caller("token of a switched-off admin", headers, is_refused=True)


def _provider() -> Caller:
    """Signs an empty body as Meta does, and shows the secret as Telegram does."""
    digest = hmac.new(settings.WHATSAPP_APP_SECRET.encode(), b"", sha256).hexdigest()
    headers = {
        "X-Hub-Signature-256": f"sha256={digest}",
        "X-Telegram-Bot-Api-Secret-Token": settings.TELEGRAM_WEBHOOK_SECRET,
    }
    setup = {"hub.mode": "subscribe", "hub.verify_token": settings.WHATSAPP_VERIFY_TOKEN}
    sends = {"get": {"data": setup}, "post": {"data": "", "content_type": "text/plain"}}
    return Caller("a provider", headers, is_provider=True, sends=sends)


def _key(*scopes: str, **values: Any) -> dict[str, str]:
    return {"Authorization": f"Api-Key {make_key(*scopes, **values)[1]}"}


def _bearer(token: AccessToken) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
